`timescale 1 ns / 1 ps

module dense_stage7 (
    input [514:0] model_inp,
    output [345:0] model_out
);

    // verilator lint_off UNUSEDSIGNAL
    // Explicit quantization operation will drop bits if exists

    wire [17:0] v0; assign v0[17:0] = model_inp[17:0]; // 7.0
    wire [18:0] v1; assign v1[18:0] = model_inp[36:18]; // 7.0
    wire [19:0] v2; shift_adder #(18, 19, 1, 1, 20, 0, 0) op_2 (v0[17:0], v1[18:0], v2[19:0]); // 8.0
    wire [17:0] v3; assign v3[17:0] = model_inp[54:37]; // 7.0
    wire [16:0] v4; assign v4[16:0] = model_inp[71:55]; // 7.0
    wire [18:0] v5; shift_adder #(18, 17, 1, 1, 19, 0, 1) op_5 (v3[17:0], v4[16:0], v5[18:0]); // 8.0
    wire [18:0] v6; assign v6[18:0] = model_inp[90:72]; // 7.0
    wire [17:0] v7; assign v7[17:0] = model_inp[108:91]; // 7.0
    wire [18:0] v8; shift_adder #(19, 18, 1, 1, 19, 0, 1) op_8 (v6[18:0], v7[17:0], v8[18:0]); // 8.0
    wire [16:0] v9; assign v9[16:0] = model_inp[125:109]; // 7.0
    wire [17:0] v10; assign v10[17:0] = model_inp[143:126]; // 7.0
    wire [18:0] v11; shift_adder #(17, 18, 1, 1, 19, 0, 1) op_11 (v9[16:0], v10[17:0], v11[18:0]); // 8.0
    wire [18:0] v12; assign v12[18:0] = model_inp[162:144]; // 7.0
    wire [15:0] v13; assign v13[15:0] = model_inp[178:163]; // 7.0
    wire [18:0] v14; shift_adder #(19, 16, 1, 1, 19, 0, 1) op_14 (v12[18:0], v13[15:0], v14[18:0]); // 8.0
    wire [18:0] v15; assign v15[18:0] = model_inp[197:179]; // 7.0
    wire [15:0] v16; assign v16[15:0] = model_inp[213:198]; // 7.0
    wire [18:0] v17; shift_adder #(19, 16, 1, 1, 19, 0, 1) op_17 (v15[18:0], v16[15:0], v17[18:0]); // 8.0
    wire [18:0] v18; assign v18[18:0] = model_inp[232:214]; // 7.0
    wire [16:0] v19; assign v19[16:0] = model_inp[249:233]; // 7.0
    wire [19:0] v20; shift_adder #(19, 17, 1, 1, 20, 0, 1) op_20 (v18[18:0], v19[16:0], v20[19:0]); // 8.0
    wire [17:0] v21; assign v21[17:0] = model_inp[267:250]; // 7.0
    wire [18:0] v22; assign v22[18:0] = model_inp[286:268]; // 7.0
    wire [18:0] v23; shift_adder #(18, 19, 1, 1, 19, 0, 0) op_23 (v21[17:0], v22[18:0], v23[18:0]); // 8.0
    wire [18:0] v24; assign v24[18:0] = model_inp[305:287]; // 7.0
    wire [19:0] v25; assign v25[19:0] = model_inp[325:306]; // 7.0
    wire [19:0] v26; shift_adder #(19, 20, 1, 1, 20, 0, 1) op_26 (v24[18:0], v25[19:0], v26[19:0]); // 8.0
    wire [17:0] v27; assign v27[17:0] = model_inp[343:326]; // 7.0
    wire [16:0] v28; assign v28[16:0] = model_inp[360:344]; // 7.0
    wire [17:0] v29; shift_adder #(18, 17, 1, 1, 18, 0, 1) op_29 (v27[17:0], v28[16:0], v29[17:0]); // 8.0
    wire [17:0] v30; assign v30[17:0] = model_inp[378:361]; // 7.0
    wire [19:0] v31; assign v31[19:0] = model_inp[398:379]; // 7.0
    wire [18:0] v32; assign v32[18:0] = model_inp[417:399]; // 7.0
    wire [18:0] v33; assign v33[18:0] = model_inp[436:418]; // 7.0
    wire [19:0] v34; assign v34[19:0] = model_inp[456:437]; // 7.0
    wire [19:0] v35; assign v35[19:0] = model_inp[476:457]; // 7.0
    wire [18:0] v36; assign v36[18:0] = model_inp[495:477]; // 7.0
    wire [18:0] v37; assign v37[18:0] = model_inp[514:496]; // 7.0

    // verilator lint_on UNUSEDSIGNAL

    assign model_out[17:0] = v30[17:0];
    assign model_out[36:18] = v5[18:0];
    assign model_out[56:37] = v31[19:0];
    assign model_out[75:57] = v8[18:0];
    assign model_out[94:76] = v32[18:0];
    assign model_out[113:95] = v11[18:0];
    assign model_out[132:114] = v33[18:0];
    assign model_out[151:133] = v14[18:0];
    assign model_out[171:152] = v34[19:0];
    assign model_out[190:172] = v17[18:0];
    assign model_out[210:191] = v35[19:0];
    assign model_out[230:211] = v20[19:0];
    assign model_out[249:231] = v36[18:0];
    assign model_out[268:250] = v23[18:0];
    assign model_out[287:269] = v37[18:0];
    assign model_out[305:288] = v29[17:0];
    assign model_out[325:306] = v26[19:0];
    assign model_out[345:326] = v2[19:0];

endmodule
