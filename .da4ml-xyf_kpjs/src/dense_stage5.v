`timescale 1 ns / 1 ps

module dense_stage5 (
    input [1297:0] model_inp,
    output [787:0] model_out
);

    // verilator lint_off UNUSEDSIGNAL
    // Explicit quantization operation will drop bits if exists

    wire [14:0] v0; assign v0[14:0] = model_inp[14:0]; // 5.0
    wire [14:0] v1; assign v1[14:0] = model_inp[29:15]; // 5.0
    wire [15:0] v2; shift_adder #(15, 15, 1, 1, 16, 0, 0) op_2 (v0[14:0], v1[14:0], v2[15:0]); // 6.0
    wire [13:0] v3; assign v3[13:0] = model_inp[43:30]; // 5.0
    wire [17:0] v4; assign v4[17:0] = model_inp[61:44]; // 5.0
    wire [17:0] v5; shift_adder #(14, 18, 1, 1, 18, 0, 1) op_5 (v3[13:0], v4[17:0], v5[17:0]); // 6.0
    wire [16:0] v6; assign v6[16:0] = model_inp[78:62]; // 5.0
    wire [17:0] v7; assign v7[17:0] = model_inp[96:79]; // 5.0
    wire [17:0] v8; shift_adder #(17, 18, 1, 1, 18, 0, 0) op_8 (v6[16:0], v7[17:0], v8[17:0]); // 6.0
    wire [17:0] v9; assign v9[17:0] = model_inp[114:97]; // 5.0
    wire [13:0] v10; assign v10[13:0] = model_inp[128:115]; // 5.0
    wire [17:0] v11; shift_adder #(18, 14, 1, 1, 18, 0, 0) op_11 (v9[17:0], v10[13:0], v11[17:0]); // 6.0
    wire [16:0] v12; assign v12[16:0] = model_inp[145:129]; // 5.0
    wire [14:0] v13; assign v13[14:0] = model_inp[160:146]; // 5.0
    wire [16:0] v14; shift_adder #(17, 15, 1, 1, 17, 1, 1) op_14 (v12[16:0], v13[14:0], v14[16:0]); // 6.0
    wire [16:0] v15; assign v15[16:0] = model_inp[177:161]; // 5.0
    wire [15:0] v16; assign v16[15:0] = model_inp[193:178]; // 5.0
    wire [16:0] v17; shift_adder #(17, 16, 1, 1, 17, 0, 1) op_17 (v15[16:0], v16[15:0], v17[16:0]); // 6.0
    wire [15:0] v18; assign v18[15:0] = model_inp[209:194]; // 5.0
    wire [16:0] v19; assign v19[16:0] = model_inp[226:210]; // 5.0
    wire [16:0] v20; shift_adder #(16, 17, 1, 1, 17, -1, 0) op_20 (v18[15:0], v19[16:0], v20[16:0]); // 6.0
    wire [10:0] v21; assign v21[10:0] = model_inp[237:227]; // 5.0
    wire [16:0] v22; assign v22[16:0] = model_inp[254:238]; // 5.0
    wire [16:0] v23; shift_adder #(11, 17, 1, 1, 17, -4, 0) op_23 (v21[10:0], v22[16:0], v23[16:0]); // 6.0
    wire [16:0] v24; assign v24[16:0] = model_inp[271:255]; // 5.0
    wire [18:0] v25; assign v25[18:0] = model_inp[290:272]; // 5.0
    wire [18:0] v26; shift_adder #(17, 19, 1, 1, 19, 0, 0) op_26 (v24[16:0], v25[18:0], v26[18:0]); // 6.0
    wire [15:0] v27; assign v27[15:0] = model_inp[306:291]; // 5.0
    wire [17:0] v28; assign v28[17:0] = model_inp[324:307]; // 5.0
    wire [18:0] v29; shift_adder #(16, 18, 1, 1, 19, 1, 1) op_29 (v27[15:0], v28[17:0], v29[18:0]); // 6.0
    wire [14:0] v30; assign v30[14:0] = model_inp[339:325]; // 5.0
    wire [13:0] v31; assign v31[13:0] = model_inp[353:340]; // 5.0
    wire [15:0] v32; shift_adder #(15, 14, 1, 1, 16, 0, 0) op_32 (v30[14:0], v31[13:0], v32[15:0]); // 6.0
    wire [17:0] v33; assign v33[17:0] = model_inp[371:354]; // 5.0
    wire [15:0] v34; assign v34[15:0] = model_inp[387:372]; // 5.0
    wire [17:0] v35; shift_adder #(18, 16, 1, 1, 18, 0, 0) op_35 (v33[17:0], v34[15:0], v35[17:0]); // 6.0
    wire [16:0] v36; assign v36[16:0] = model_inp[404:388]; // 5.0
    wire [17:0] v37; assign v37[17:0] = model_inp[422:405]; // 5.0
    wire [17:0] v38; shift_adder #(17, 18, 1, 1, 18, 0, 0) op_38 (v36[16:0], v37[17:0], v38[17:0]); // 6.0
    wire [7:0] v39; assign v39[7:0] = model_inp[430:423]; // 5.0
    wire [14:0] v40; assign v40[14:0] = model_inp[445:431]; // 5.0
    wire [14:0] v41; shift_adder #(8, 15, 0, 1, 15, -1, 1) op_41 (v39[7:0], v40[14:0], v41[14:0]); // 6.0
    wire [14:0] v42; assign v42[14:0] = model_inp[460:446]; // 5.0
    wire [14:0] v43; assign v43[14:0] = model_inp[475:461]; // 5.0
    wire [15:0] v44; shift_adder #(15, 15, 1, 1, 16, 0, 0) op_44 (v42[14:0], v43[14:0], v44[15:0]); // 6.0
    wire [16:0] v45; assign v45[16:0] = model_inp[492:476]; // 5.0
    wire [14:0] v46; assign v46[14:0] = model_inp[507:493]; // 5.0
    wire [17:0] v47; shift_adder #(17, 15, 1, 1, 18, -1, 0) op_47 (v45[16:0], v46[14:0], v47[17:0]); // 6.0
    wire [17:0] v48; assign v48[17:0] = model_inp[525:508]; // 5.0
    wire [17:0] v49; assign v49[17:0] = model_inp[543:526]; // 5.0
    wire [18:0] v50; shift_adder #(18, 18, 1, 1, 19, 0, 0) op_50 (v48[17:0], v49[17:0], v50[18:0]); // 6.0
    wire [15:0] v51; assign v51[15:0] = model_inp[559:544]; // 5.0
    wire [16:0] v52; shift_adder #(16, 14, 1, 1, 17, 2, 0) op_52 (v51[15:0], v3[13:0], v52[16:0]); // 6.0
    wire [15:0] v53; assign v53[15:0] = model_inp[575:560]; // 5.0
    wire [14:0] v54; assign v54[14:0] = model_inp[590:576]; // 5.0
    wire [15:0] v55; shift_adder #(16, 15, 1, 1, 16, 0, 0) op_55 (v53[15:0], v54[14:0], v55[15:0]); // 6.0
    wire [17:0] v56; assign v56[17:0] = model_inp[608:591]; // 5.0
    wire [17:0] v57; assign v57[17:0] = model_inp[626:609]; // 5.0
    wire [18:0] v58; shift_adder #(18, 18, 1, 1, 19, 0, 0) op_58 (v56[17:0], v57[17:0], v58[18:0]); // 6.0
    wire [16:0] v59; assign v59[16:0] = model_inp[643:627]; // 5.0
    wire [17:0] v60; assign v60[17:0] = model_inp[661:644]; // 5.0
    wire [18:0] v61; shift_adder #(17, 18, 1, 1, 19, 0, 0) op_61 (v59[16:0], v60[17:0], v61[18:0]); // 6.0
    wire [16:0] v62; assign v62[16:0] = model_inp[678:662]; // 5.0
    wire [15:0] v63; assign v63[15:0] = model_inp[694:679]; // 5.0
    wire [17:0] v64; shift_adder #(17, 16, 1, 1, 18, 1, 1) op_64 (v62[16:0], v63[15:0], v64[17:0]); // 6.0
    wire [17:0] v65; assign v65[17:0] = model_inp[712:695]; // 5.0
    wire [15:0] v66; assign v66[15:0] = model_inp[728:713]; // 5.0
    wire [17:0] v67; shift_adder #(18, 16, 1, 1, 18, 0, 1) op_67 (v65[17:0], v66[15:0], v67[17:0]); // 6.0
    wire [7:0] v68; assign v68[7:0] = model_inp[736:729]; // 5.0
    wire [15:0] v69; assign v69[15:0] = model_inp[752:737]; // 5.0
    wire [15:0] v70; shift_adder #(8, 16, 0, 1, 16, 0, 0) op_70 (v68[7:0], v69[15:0], v70[15:0]); // 6.0
    wire [14:0] v71; assign v71[14:0] = model_inp[767:753]; // 5.0
    wire [18:0] v72; assign v72[18:0] = model_inp[786:768]; // 5.0
    wire [18:0] v73; shift_adder #(15, 19, 1, 1, 19, 0, 1) op_73 (v71[14:0], v72[18:0], v73[18:0]); // 6.0
    wire [18:0] v74; assign v74[18:0] = model_inp[805:787]; // 5.0
    wire [15:0] v75; assign v75[15:0] = model_inp[821:806]; // 5.0
    wire [18:0] v76; shift_adder #(19, 16, 1, 1, 19, 0, 1) op_76 (v74[18:0], v75[15:0], v76[18:0]); // 6.0
    wire [16:0] v77; assign v77[16:0] = model_inp[838:822]; // 5.0
    wire [17:0] v78; assign v78[17:0] = model_inp[856:839]; // 5.0
    wire [17:0] v79; shift_adder #(17, 18, 1, 1, 18, 0, 0) op_79 (v77[16:0], v78[17:0], v79[17:0]); // 6.0
    wire [7:0] v80; assign v80[7:0] = model_inp[864:857]; // 5.0
    wire [16:0] v81; assign v81[16:0] = model_inp[881:865]; // 5.0
    wire [16:0] v82; shift_adder #(8, 17, 0, 1, 17, 0, 0) op_82 (v80[7:0], v81[16:0], v82[16:0]); // 6.0
    wire [15:0] v83; assign v83[15:0] = model_inp[897:882]; // 5.0
    wire [16:0] v84; shift_adder #(14, 16, 1, 1, 17, -2, 0) op_84 (v31[13:0], v83[15:0], v84[16:0]); // 6.0
    wire [16:0] v85; assign v85[16:0] = model_inp[914:898]; // 5.0
    wire [17:0] v86; assign v86[17:0] = model_inp[932:915]; // 5.0
    wire [17:0] v87; shift_adder #(17, 18, 1, 1, 18, 0, 0) op_87 (v85[16:0], v86[17:0], v87[17:0]); // 6.0
    wire [17:0] v88; assign v88[17:0] = model_inp[950:933]; // 5.0
    wire [14:0] v89; assign v89[14:0] = model_inp[965:951]; // 5.0
    wire [17:0] v90; shift_adder #(18, 15, 1, 1, 18, 0, 1) op_90 (v88[17:0], v89[14:0], v90[17:0]); // 6.0
    wire [15:0] v91; assign v91[15:0] = model_inp[981:966]; // 5.0
    wire [17:0] v92; assign v92[17:0] = model_inp[999:982]; // 5.0
    wire [17:0] v93; shift_adder #(16, 18, 1, 1, 18, 0, 0) op_93 (v91[15:0], v92[17:0], v93[17:0]); // 6.0
    wire [15:0] v94; assign v94[15:0] = model_inp[1015:1000]; // 5.0
    wire [17:0] v95; assign v95[17:0] = model_inp[1033:1016]; // 5.0
    wire [18:0] v96; shift_adder #(16, 18, 1, 1, 19, -2, 0) op_96 (v94[15:0], v95[17:0], v96[18:0]); // 6.0
    wire [18:0] v97; assign v97[18:0] = model_inp[1052:1034]; // 5.0
    wire [16:0] v98; assign v98[16:0] = model_inp[1069:1053]; // 5.0
    wire [18:0] v99; shift_adder #(19, 17, 1, 1, 19, 0, 0) op_99 (v97[18:0], v98[16:0], v99[18:0]); // 6.0
    wire [15:0] v100; assign v100[15:0] = model_inp[1085:1070]; // 5.0
    wire [16:0] v101; shift_adder #(16, 15, 1, 1, 17, 0, 0) op_101 (v100[15:0], v13[14:0], v101[16:0]); // 6.0
    wire [14:0] v102; assign v102[14:0] = model_inp[1100:1086]; // 5.0
    wire [16:0] v103; shift_adder #(15, 16, 1, 1, 17, -1, 0) op_103 (v102[14:0], v27[15:0], v103[16:0]); // 6.0
    wire [16:0] v104; assign v104[16:0] = model_inp[1117:1101]; // 5.0
    wire [17:0] v105; assign v105[17:0] = model_inp[1135:1118]; // 5.0
    wire [17:0] v106; shift_adder #(17, 18, 1, 1, 18, 0, 0) op_106 (v104[16:0], v105[17:0], v106[17:0]); // 6.0
    wire [15:0] v107; assign v107[15:0] = model_inp[1151:1136]; // 5.0
    wire [14:0] v108; assign v108[14:0] = model_inp[1166:1152]; // 5.0
    wire [16:0] v109; shift_adder #(16, 15, 1, 1, 17, 2, 1) op_109 (v107[15:0], v108[14:0], v109[16:0]); // 6.0
    wire [15:0] v110; assign v110[15:0] = model_inp[1182:1167]; // 5.0
    wire [13:0] v111; assign v111[13:0] = model_inp[1196:1183]; // 5.0
    wire [16:0] v112; shift_adder #(16, 14, 1, 1, 17, 0, 0) op_112 (v110[15:0], v111[13:0], v112[16:0]); // 6.0
    wire [15:0] v113; assign v113[15:0] = model_inp[1212:1197]; // 5.0
    wire [16:0] v114; assign v114[16:0] = model_inp[1229:1213]; // 5.0
    wire [16:0] v115; assign v115[16:0] = model_inp[1246:1230]; // 5.0
    wire [17:0] v116; assign v116[17:0] = model_inp[1264:1247]; // 5.0
    wire [16:0] v117; assign v117[16:0] = model_inp[1281:1265]; // 5.0
    wire [15:0] v118; assign v118[15:0] = model_inp[1297:1282]; // 5.0

    // verilator lint_on UNUSEDSIGNAL

    assign model_out[15:0] = v2[15:0];
    assign model_out[33:16] = v5[17:0];
    assign model_out[51:34] = v8[17:0];
    assign model_out[69:52] = v11[17:0];
    assign model_out[86:70] = v14[16:0];
    assign model_out[103:87] = v17[16:0];
    assign model_out[120:104] = v20[16:0];
    assign model_out[136:121] = v113[15:0];
    assign model_out[155:137] = v26[18:0];
    assign model_out[172:156] = v114[16:0];
    assign model_out[191:173] = v29[18:0];
    assign model_out[207:192] = v32[15:0];
    assign model_out[225:208] = v38[17:0];
    assign model_out[240:226] = v41[14:0];
    assign model_out[256:241] = v44[15:0];
    assign model_out[273:257] = v23[16:0];
    assign model_out[292:274] = v50[18:0];
    assign model_out[309:293] = v52[16:0];
    assign model_out[326:310] = v115[16:0];
    assign model_out[345:327] = v58[18:0];
    assign model_out[364:346] = v61[18:0];
    assign model_out[382:365] = v64[17:0];
    assign model_out[400:383] = v67[17:0];
    assign model_out[419:401] = v73[18:0];
    assign model_out[438:420] = v76[18:0];
    assign model_out[456:439] = v79[17:0];
    assign model_out[474:457] = v116[17:0];
    assign model_out[491:475] = v84[16:0];
    assign model_out[509:492] = v87[17:0];
    assign model_out[526:510] = v82[16:0];
    assign model_out[543:527] = v117[16:0];
    assign model_out[561:544] = v90[17:0];
    assign model_out[577:562] = v70[15:0];
    assign model_out[595:578] = v93[17:0];
    assign model_out[614:596] = v96[18:0];
    assign model_out[633:615] = v99[18:0];
    assign model_out[650:634] = v101[16:0];
    assign model_out[667:651] = v103[16:0];
    assign model_out[685:668] = v106[17:0];
    assign model_out[702:686] = v109[16:0];
    assign model_out[718:703] = v118[15:0];
    assign model_out[736:719] = v35[17:0];
    assign model_out[754:737] = v47[17:0];
    assign model_out[770:755] = v55[15:0];
    assign model_out[787:771] = v112[16:0];

endmodule
