`timescale 1 ns / 1 ps

module dense_stage6 (
    input [787:0] model_inp,
    output [514:0] model_out
);

    // verilator lint_off UNUSEDSIGNAL
    // Explicit quantization operation will drop bits if exists

    wire [15:0] v0; assign v0[15:0] = model_inp[15:0]; // 6.0
    wire [17:0] v1; assign v1[17:0] = model_inp[33:16]; // 6.0
    wire [17:0] v2; shift_adder #(16, 18, 1, 1, 18, 0, 0) op_2 (v0[15:0], v1[17:0], v2[17:0]); // 7.0
    wire [17:0] v3; assign v3[17:0] = model_inp[51:34]; // 6.0
    wire [17:0] v4; assign v4[17:0] = model_inp[69:52]; // 6.0
    wire [18:0] v5; shift_adder #(18, 18, 1, 1, 19, 0, 1) op_5 (v3[17:0], v4[17:0], v5[18:0]); // 7.0
    wire [16:0] v6; assign v6[16:0] = model_inp[86:70]; // 6.0
    wire [16:0] v7; assign v7[16:0] = model_inp[103:87]; // 6.0
    wire [17:0] v8; shift_adder #(17, 17, 1, 1, 18, 0, 0) op_8 (v6[16:0], v7[16:0], v8[17:0]); // 7.0
    wire [16:0] v9; assign v9[16:0] = model_inp[120:104]; // 6.0
    wire [15:0] v10; assign v10[15:0] = model_inp[136:121]; // 6.0
    wire [17:0] v11; shift_adder #(17, 16, 1, 1, 18, 1, 1) op_11 (v9[16:0], v10[15:0], v11[17:0]); // 7.0
    wire [18:0] v12; assign v12[18:0] = model_inp[155:137]; // 6.0
    wire [16:0] v13; assign v13[16:0] = model_inp[172:156]; // 6.0
    wire [19:0] v14; shift_adder #(19, 17, 1, 1, 20, 2, 1) op_14 (v12[18:0], v13[16:0], v14[19:0]); // 7.0
    wire [18:0] v15; assign v15[18:0] = model_inp[191:173]; // 6.0
    wire [15:0] v16; assign v16[15:0] = model_inp[207:192]; // 6.0
    wire [18:0] v17; shift_adder #(19, 16, 1, 1, 19, 0, 1) op_17 (v15[18:0], v16[15:0], v17[18:0]); // 7.0
    wire [17:0] v18; assign v18[17:0] = model_inp[225:208]; // 6.0
    wire [14:0] v19; assign v19[14:0] = model_inp[240:226]; // 6.0
    wire [18:0] v20; shift_adder #(18, 15, 1, 1, 19, 0, 1) op_20 (v18[17:0], v19[14:0], v20[18:0]); // 7.0
    wire [15:0] v21; assign v21[15:0] = model_inp[256:241]; // 6.0
    wire [16:0] v22; shift_adder #(16, 15, 1, 1, 17, 2, 0) op_22 (v21[15:0], v19[14:0], v22[16:0]); // 7.0
    wire [16:0] v23; assign v23[16:0] = model_inp[273:257]; // 6.0
    wire [18:0] v24; assign v24[18:0] = model_inp[292:274]; // 6.0
    wire [18:0] v25; shift_adder #(17, 19, 1, 1, 19, 0, 0) op_25 (v23[16:0], v24[18:0], v25[18:0]); // 7.0
    wire [16:0] v26; assign v26[16:0] = model_inp[309:293]; // 6.0
    wire [16:0] v27; assign v27[16:0] = model_inp[326:310]; // 6.0
    wire [18:0] v28; shift_adder #(17, 17, 1, 1, 19, 1, 1) op_28 (v26[16:0], v27[16:0], v28[18:0]); // 7.0
    wire [18:0] v29; assign v29[18:0] = model_inp[345:327]; // 6.0
    wire [18:0] v30; assign v30[18:0] = model_inp[364:346]; // 6.0
    wire [19:0] v31; shift_adder #(19, 19, 1, 1, 20, 0, 0) op_31 (v29[18:0], v30[18:0], v31[19:0]); // 7.0
    wire [17:0] v32; assign v32[17:0] = model_inp[382:365]; // 6.0
    wire [17:0] v33; assign v33[17:0] = model_inp[400:383]; // 6.0
    wire [18:0] v34; shift_adder #(18, 18, 1, 1, 19, 0, 0) op_34 (v32[17:0], v33[17:0], v34[18:0]); // 7.0
    wire [18:0] v35; assign v35[18:0] = model_inp[419:401]; // 6.0
    wire [18:0] v36; assign v36[18:0] = model_inp[438:420]; // 6.0
    wire [19:0] v37; shift_adder #(19, 19, 1, 1, 20, 0, 0) op_37 (v35[18:0], v36[18:0], v37[19:0]); // 7.0
    wire [17:0] v38; assign v38[17:0] = model_inp[456:439]; // 6.0
    wire [17:0] v39; assign v39[17:0] = model_inp[474:457]; // 6.0
    wire [18:0] v40; shift_adder #(18, 18, 1, 1, 19, 0, 1) op_40 (v38[17:0], v39[17:0], v40[18:0]); // 7.0
    wire [16:0] v41; assign v41[16:0] = model_inp[491:475]; // 6.0
    wire [17:0] v42; assign v42[17:0] = model_inp[509:492]; // 6.0
    wire [18:0] v43; shift_adder #(17, 18, 1, 1, 19, 0, 0) op_43 (v41[16:0], v42[17:0], v43[18:0]); // 7.0
    wire [16:0] v44; assign v44[16:0] = model_inp[526:510]; // 6.0
    wire [16:0] v45; assign v45[16:0] = model_inp[543:527]; // 6.0
    wire [17:0] v46; shift_adder #(17, 17, 1, 1, 18, 0, 1) op_46 (v44[16:0], v45[16:0], v46[17:0]); // 7.0
    wire [17:0] v47; assign v47[17:0] = model_inp[561:544]; // 6.0
    wire [15:0] v48; assign v48[15:0] = model_inp[577:562]; // 6.0
    wire [18:0] v49; shift_adder #(18, 16, 1, 1, 19, 0, 1) op_49 (v47[17:0], v48[15:0], v49[18:0]); // 7.0
    wire [17:0] v50; assign v50[17:0] = model_inp[595:578]; // 6.0
    wire [18:0] v51; assign v51[18:0] = model_inp[614:596]; // 6.0
    wire [18:0] v52; shift_adder #(18, 19, 1, 1, 19, 0, 0) op_52 (v50[17:0], v51[18:0], v52[18:0]); // 7.0
    wire [18:0] v53; assign v53[18:0] = model_inp[633:615]; // 6.0
    wire [16:0] v54; assign v54[16:0] = model_inp[650:634]; // 6.0
    wire [19:0] v55; shift_adder #(19, 17, 1, 1, 20, 0, 0) op_55 (v53[18:0], v54[16:0], v55[19:0]); // 7.0
    wire [16:0] v56; assign v56[16:0] = model_inp[667:651]; // 6.0
    wire [17:0] v57; assign v57[17:0] = model_inp[685:668]; // 6.0
    wire [18:0] v58; shift_adder #(17, 18, 1, 1, 19, 0, 0) op_58 (v56[16:0], v57[17:0], v58[18:0]); // 7.0
    wire [16:0] v59; assign v59[16:0] = model_inp[702:686]; // 6.0
    wire [15:0] v60; assign v60[15:0] = model_inp[718:703]; // 6.0
    wire [17:0] v61; shift_adder #(17, 16, 1, 1, 18, 1, 1) op_61 (v59[16:0], v60[15:0], v61[17:0]); // 7.0
    wire [17:0] v62; assign v62[17:0] = model_inp[736:719]; // 6.0
    wire [17:0] v63; assign v63[17:0] = model_inp[754:737]; // 6.0
    wire [15:0] v64; assign v64[15:0] = model_inp[770:755]; // 6.0
    wire [16:0] v65; assign v65[16:0] = model_inp[787:771]; // 6.0

    // verilator lint_on UNUSEDSIGNAL

    assign model_out[17:0] = v2[17:0];
    assign model_out[36:18] = v5[18:0];
    assign model_out[54:37] = v11[17:0];
    assign model_out[71:55] = v23[16:0];
    assign model_out[90:72] = v17[18:0];
    assign model_out[108:91] = v62[17:0];
    assign model_out[125:109] = v22[16:0];
    assign model_out[143:126] = v63[17:0];
    assign model_out[162:144] = v28[18:0];
    assign model_out[178:163] = v64[15:0];
    assign model_out[197:179] = v34[18:0];
    assign model_out[213:198] = v48[15:0];
    assign model_out[232:214] = v40[18:0];
    assign model_out[249:233] = v44[16:0];
    assign model_out[267:250] = v46[17:0];
    assign model_out[286:268] = v49[18:0];
    assign model_out[305:287] = v52[18:0];
    assign model_out[325:306] = v55[19:0];
    assign model_out[343:326] = v61[17:0];
    assign model_out[360:344] = v65[16:0];
    assign model_out[378:361] = v8[17:0];
    assign model_out[398:379] = v14[19:0];
    assign model_out[417:399] = v20[18:0];
    assign model_out[436:418] = v25[18:0];
    assign model_out[456:437] = v31[19:0];
    assign model_out[476:457] = v37[19:0];
    assign model_out[495:477] = v43[18:0];
    assign model_out[514:496] = v58[18:0];

endmodule
