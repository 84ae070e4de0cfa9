`timescale 1 ns / 1 ps

module dense_stage0 (
    input [511:0] model_inp,
    output [2002:0] model_out
);

    // verilator lint_off UNUSEDSIGNAL
    // Explicit quantization operation will drop bits if exists

    wire [7:0] v0; assign v0[7:0] = model_inp[7:0]; // 0.0
    wire [7:0] v1; assign v1[7:0] = model_inp[15:8]; // 0.0
    wire [7:0] v2; assign v2[7:0] = model_inp[23:16]; // 0.0
    wire [7:0] v3; assign v3[7:0] = model_inp[31:24]; // 0.0
    wire [7:0] v4; assign v4[7:0] = model_inp[39:32]; // 0.0
    wire [7:0] v5; assign v5[7:0] = model_inp[47:40]; // 0.0
    wire [7:0] v6; assign v6[7:0] = model_inp[55:48]; // 0.0
    wire [7:0] v7; assign v7[7:0] = model_inp[63:56]; // 0.0
    wire [7:0] v8; assign v8[7:0] = model_inp[71:64]; // 0.0
    wire [7:0] v9; assign v9[7:0] = model_inp[79:72]; // 0.0
    wire [7:0] v10; assign v10[7:0] = model_inp[87:80]; // 0.0
    wire [7:0] v11; assign v11[7:0] = model_inp[95:88]; // 0.0
    wire [7:0] v12; assign v12[7:0] = model_inp[103:96]; // 0.0
    wire [7:0] v13; assign v13[7:0] = model_inp[111:104]; // 0.0
    wire [7:0] v14; assign v14[7:0] = model_inp[119:112]; // 0.0
    wire [7:0] v15; assign v15[7:0] = model_inp[127:120]; // 0.0
    wire [7:0] v16; assign v16[7:0] = model_inp[135:128]; // 0.0
    wire [7:0] v17; assign v17[7:0] = model_inp[143:136]; // 0.0
    wire [7:0] v18; assign v18[7:0] = model_inp[151:144]; // 0.0
    wire [7:0] v19; assign v19[7:0] = model_inp[159:152]; // 0.0
    wire [7:0] v20; assign v20[7:0] = model_inp[167:160]; // 0.0
    wire [7:0] v21; assign v21[7:0] = model_inp[175:168]; // 0.0
    wire [7:0] v22; assign v22[7:0] = model_inp[183:176]; // 0.0
    wire [7:0] v23; assign v23[7:0] = model_inp[191:184]; // 0.0
    wire [7:0] v24; assign v24[7:0] = model_inp[199:192]; // 0.0
    wire [7:0] v25; assign v25[7:0] = model_inp[207:200]; // 0.0
    wire [7:0] v26; assign v26[7:0] = model_inp[215:208]; // 0.0
    wire [7:0] v27; assign v27[7:0] = model_inp[223:216]; // 0.0
    wire [7:0] v28; assign v28[7:0] = model_inp[231:224]; // 0.0
    wire [7:0] v29; assign v29[7:0] = model_inp[239:232]; // 0.0
    wire [7:0] v30; assign v30[7:0] = model_inp[247:240]; // 0.0
    wire [7:0] v31; assign v31[7:0] = model_inp[255:248]; // 0.0
    wire [7:0] v32; assign v32[7:0] = model_inp[263:256]; // 0.0
    wire [7:0] v33; assign v33[7:0] = model_inp[271:264]; // 0.0
    wire [7:0] v34; assign v34[7:0] = model_inp[279:272]; // 0.0
    wire [7:0] v35; assign v35[7:0] = model_inp[287:280]; // 0.0
    wire [7:0] v36; assign v36[7:0] = model_inp[295:288]; // 0.0
    wire [7:0] v37; assign v37[7:0] = model_inp[303:296]; // 0.0
    wire [7:0] v38; assign v38[7:0] = model_inp[311:304]; // 0.0
    wire [7:0] v39; assign v39[7:0] = model_inp[319:312]; // 0.0
    wire [7:0] v40; assign v40[7:0] = model_inp[327:320]; // 0.0
    wire [7:0] v41; assign v41[7:0] = model_inp[335:328]; // 0.0
    wire [7:0] v42; assign v42[7:0] = model_inp[343:336]; // 0.0
    wire [7:0] v43; assign v43[7:0] = model_inp[351:344]; // 0.0
    wire [7:0] v44; assign v44[7:0] = model_inp[359:352]; // 0.0
    wire [7:0] v45; assign v45[7:0] = model_inp[367:360]; // 0.0
    wire [7:0] v46; assign v46[7:0] = model_inp[375:368]; // 0.0
    wire [7:0] v47; assign v47[7:0] = model_inp[383:376]; // 0.0
    wire [7:0] v48; assign v48[7:0] = model_inp[391:384]; // 0.0
    wire [7:0] v49; assign v49[7:0] = model_inp[399:392]; // 0.0
    wire [7:0] v50; assign v50[7:0] = model_inp[407:400]; // 0.0
    wire [7:0] v51; assign v51[7:0] = model_inp[415:408]; // 0.0
    wire [7:0] v52; assign v52[7:0] = model_inp[423:416]; // 0.0
    wire [7:0] v53; assign v53[7:0] = model_inp[431:424]; // 0.0
    wire [7:0] v54; assign v54[7:0] = model_inp[439:432]; // 0.0
    wire [7:0] v55; assign v55[7:0] = model_inp[447:440]; // 0.0
    wire [7:0] v56; assign v56[7:0] = model_inp[455:448]; // 0.0
    wire [7:0] v57; assign v57[7:0] = model_inp[463:456]; // 0.0
    wire [7:0] v58; assign v58[7:0] = model_inp[471:464]; // 0.0
    wire [7:0] v59; assign v59[7:0] = model_inp[479:472]; // 0.0
    wire [7:0] v60; assign v60[7:0] = model_inp[487:480]; // 0.0
    wire [7:0] v61; assign v61[7:0] = model_inp[495:488]; // 0.0
    wire [7:0] v62; assign v62[7:0] = model_inp[503:496]; // 0.0
    wire [7:0] v63; assign v63[7:0] = model_inp[511:504]; // 0.0
    wire [10:0] v64; shift_adder #(8, 8, 0, 0, 11, -2, 1) op_64 (v35[7:0], v35[7:0], v64[10:0]); // 1.0
    wire [9:0] v65; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_65 (v19[7:0], v22[7:0], v65[9:0]); // 1.0
    wire [8:0] v66; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_66 (v53[7:0], v61[7:0], v66[8:0]); // 1.0
    wire [8:0] v67; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_67 (v33[7:0], v41[7:0], v67[8:0]); // 1.0
    wire [10:0] v68; shift_adder #(8, 8, 0, 0, 11, -2, 1) op_68 (v15[7:0], v52[7:0], v68[10:0]); // 1.0
    wire [8:0] v69; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_69 (v6[7:0], v30[7:0], v69[8:0]); // 1.0
    wire [8:0] v70; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_70 (v5[7:0], v45[7:0], v70[8:0]); // 1.0
    wire [8:0] v71; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_71 (v0[7:0], v11[7:0], v71[8:0]); // 1.0
    wire [9:0] v72; shift_adder #(8, 8, 0, 0, 10, 1, 1) op_72 (v10[7:0], v50[7:0], v72[9:0]); // 1.0
    wire [8:0] v73; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_73 (v42[7:0], v49[7:0], v73[8:0]); // 1.0
    wire [10:0] v74; shift_adder #(8, 8, 0, 0, 11, 2, 1) op_74 (v43[7:0], v46[7:0], v74[10:0]); // 1.0
    wire [9:0] v75; shift_adder #(8, 8, 0, 0, 10, -1, 1) op_75 (v47[7:0], v54[7:0], v75[9:0]); // 1.0
    wire [8:0] v76; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_76 (v29[7:0], v54[7:0], v76[8:0]); // 1.0
    wire [8:0] v77; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_77 (v40[7:0], v51[7:0], v77[8:0]); // 1.0
    wire [9:0] v78; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_78 (v18[7:0], v8[7:0], v78[9:0]); // 1.0
    wire [9:0] v79; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_79 (v14[7:0], v41[7:0], v79[9:0]); // 1.0
    wire [8:0] v80; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_80 (v37[7:0], v38[7:0], v80[8:0]); // 1.0
    wire [8:0] v81; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_81 (v17[7:0], v0[7:0], v81[8:0]); // 1.0
    wire [8:0] v82; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_82 (v21[7:0], v52[7:0], v82[8:0]); // 1.0
    wire [13:0] v83; shift_adder #(8, 8, 0, 0, 14, -5, 0) op_83 (v22[7:0], v31[7:0], v83[13:0]); // 1.0
    wire [12:0] v84; shift_adder #(8, 8, 0, 0, 13, 4, 1) op_84 (v30[7:0], v49[7:0], v84[12:0]); // 1.0
    wire [8:0] v85; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_85 (v28[7:0], v43[7:0], v85[8:0]); // 1.0
    wire [8:0] v86; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_86 (v6[7:0], v9[7:0], v86[8:0]); // 1.0
    wire [8:0] v87; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_87 (v40[7:0], v55[7:0], v87[8:0]); // 1.0
    wire [8:0] v88; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_88 (v1[7:0], v51[7:0], v88[8:0]); // 1.0
    wire [10:0] v89; shift_adder #(8, 8, 0, 0, 11, -2, 1) op_89 (v12[7:0], v56[7:0], v89[10:0]); // 1.0
    wire [9:0] v90; shift_adder #(8, 8, 0, 0, 10, -1, 1) op_90 (v4[7:0], v12[7:0], v90[9:0]); // 1.0
    wire [8:0] v91; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_91 (v2[7:0], v51[7:0], v91[8:0]); // 1.0
    wire [9:0] v92; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_92 (v25[7:0], v35[7:0], v92[9:0]); // 1.0
    wire [8:0] v93; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_93 (v3[7:0], v18[7:0], v93[8:0]); // 1.0
    wire [8:0] v94; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_94 (v14[7:0], v44[7:0], v94[8:0]); // 1.0
    wire [9:0] v95; shift_adder #(8, 8, 0, 0, 10, 1, 1) op_95 (v26[7:0], v60[7:0], v95[9:0]); // 1.0
    wire [10:0] v96; shift_adder #(8, 8, 0, 0, 11, -2, 0) op_96 (v59[7:0], v59[7:0], v96[10:0]); // 1.0
    wire [8:0] v97; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_97 (v16[7:0], v53[7:0], v97[8:0]); // 1.0
    wire [9:0] v98; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_98 (v55[7:0], v7[7:0], v98[9:0]); // 1.0
    wire [13:0] v99; shift_adder #(8, 8, 0, 0, 14, -5, 1) op_99 (v58[7:0], v12[7:0], v99[13:0]); // 1.0
    wire [10:0] v100; shift_adder #(8, 8, 0, 0, 11, 2, 1) op_100 (v18[7:0], v23[7:0], v100[10:0]); // 1.0
    wire [10:0] v101; shift_adder #(8, 8, 0, 0, 11, 2, 1) op_101 (v26[7:0], v44[7:0], v101[10:0]); // 1.0
    wire [9:0] v102; shift_adder #(8, 8, 0, 0, 10, -1, 0) op_102 (v20[7:0], v37[7:0], v102[9:0]); // 1.0
    wire [10:0] v103; shift_adder #(8, 8, 0, 0, 11, -2, 1) op_103 (v61[7:0], v62[7:0], v103[10:0]); // 1.0
    wire [8:0] v104; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_104 (v0[7:0], v39[7:0], v104[8:0]); // 1.0
    wire [8:0] v105; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_105 (v24[7:0], v46[7:0], v105[8:0]); // 1.0
    wire [9:0] v106; shift_adder #(8, 8, 0, 0, 10, -1, 0) op_106 (v31[7:0], v41[7:0], v106[9:0]); // 1.0
    wire [8:0] v107; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_107 (v26[7:0], v29[7:0], v107[8:0]); // 1.0
    wire [8:0] v108; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_108 (v26[7:0], v30[7:0], v108[8:0]); // 1.0
    wire [11:0] v109; shift_adder #(8, 8, 0, 0, 12, 3, 1) op_109 (v15[7:0], v43[7:0], v109[11:0]); // 1.0
    wire [9:0] v110; shift_adder #(8, 8, 0, 0, 10, -1, 1) op_110 (v3[7:0], v4[7:0], v110[9:0]); // 1.0
    wire [8:0] v111; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_111 (v21[7:0], v38[7:0], v111[8:0]); // 1.0
    wire [8:0] v112; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_112 (v48[7:0], v52[7:0], v112[8:0]); // 1.0
    wire [11:0] v113; shift_adder #(8, 8, 0, 0, 12, 3, 1) op_113 (v33[7:0], v58[7:0], v113[11:0]); // 1.0
    wire [9:0] v114; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_114 (v58[7:0], v61[7:0], v114[9:0]); // 1.0
    wire [9:0] v115; shift_adder #(8, 8, 0, 0, 10, -1, 0) op_115 (v26[7:0], v43[7:0], v115[9:0]); // 1.0
    wire [9:0] v116; shift_adder #(8, 8, 0, 0, 10, 1, 1) op_116 (v32[7:0], v61[7:0], v116[9:0]); // 1.0
    wire [8:0] v117; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_117 (v34[7:0], v59[7:0], v117[8:0]); // 1.0
    wire [10:0] v118; shift_adder #(8, 8, 0, 0, 11, -2, 1) op_118 (v33[7:0], v60[7:0], v118[10:0]); // 1.0
    wire [9:0] v119; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_119 (v20[7:0], v29[7:0], v119[9:0]); // 1.0
    wire [8:0] v120; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_120 (v40[7:0], v42[7:0], v120[8:0]); // 1.0
    wire [9:0] v121; shift_adder #(8, 8, 0, 0, 10, -1, 0) op_121 (v15[7:0], v36[7:0], v121[9:0]); // 1.0
    wire [11:0] v122; shift_adder #(8, 8, 0, 0, 12, 3, 1) op_122 (v5[7:0], v42[7:0], v122[11:0]); // 1.0
    wire [13:0] v123; shift_adder #(8, 8, 0, 0, 14, 5, 0) op_123 (v34[7:0], v37[7:0], v123[13:0]); // 1.0
    wire [8:0] v124; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_124 (v1[7:0], v57[7:0], v124[8:0]); // 1.0
    wire [9:0] v125; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_125 (v31[7:0], v11[7:0], v125[9:0]); // 1.0
    wire [8:0] v126; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_126 (v25[7:0], v49[7:0], v126[8:0]); // 1.0
    wire [8:0] v127; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_127 (v19[7:0], v56[7:0], v127[8:0]); // 1.0
    wire [12:0] v128; shift_adder #(8, 8, 0, 0, 13, 4, 0) op_128 (v46[7:0], v50[7:0], v128[12:0]); // 1.0
    wire [11:0] v129; shift_adder #(8, 8, 0, 0, 12, -3, 0) op_129 (v17[7:0], v45[7:0], v129[11:0]); // 1.0
    wire [8:0] v130; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_130 (v10[7:0], v50[7:0], v130[8:0]); // 1.0
    wire [9:0] v131; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_131 (v46[7:0], v12[7:0], v131[9:0]); // 1.0
    wire [8:0] v132; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_132 (v23[7:0], v51[7:0], v132[8:0]); // 1.0
    wire [8:0] v133; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_133 (v16[7:0], v22[7:0], v133[8:0]); // 1.0
    wire [10:0] v134; shift_adder #(8, 8, 0, 0, 11, 2, 0) op_134 (v7[7:0], v1[7:0], v134[10:0]); // 1.0
    wire [8:0] v135; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_135 (v8[7:0], v13[7:0], v135[8:0]); // 1.0
    wire [9:0] v136; shift_adder #(8, 8, 0, 0, 10, -1, 0) op_136 (v3[7:0], v35[7:0], v136[9:0]); // 1.0
    wire [8:0] v137; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_137 (v13[7:0], v5[7:0], v137[8:0]); // 1.0
    wire [8:0] v138; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_138 (v7[7:0], v57[7:0], v138[8:0]); // 1.0
    wire [8:0] v139; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_139 (v17[7:0], v40[7:0], v139[8:0]); // 1.0
    wire [9:0] v140; shift_adder #(8, 8, 0, 0, 10, -1, 0) op_140 (v6[7:0], v56[7:0], v140[9:0]); // 1.0
    wire [8:0] v141; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_141 (v14[7:0], v31[7:0], v141[8:0]); // 1.0
    wire [8:0] v142; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_142 (v1[7:0], v38[7:0], v142[8:0]); // 1.0
    wire [11:0] v143; shift_adder #(8, 8, 0, 0, 12, 3, 1) op_143 (v47[7:0], v48[7:0], v143[11:0]); // 1.0
    wire [8:0] v144; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_144 (v9[7:0], v19[7:0], v144[8:0]); // 1.0
    wire [11:0] v145; shift_adder #(8, 8, 0, 0, 12, -3, 0) op_145 (v16[7:0], v25[7:0], v145[11:0]); // 1.0
    wire [11:0] v146; shift_adder #(8, 8, 0, 0, 12, 3, 0) op_146 (v6[7:0], v35[7:0], v146[11:0]); // 1.0
    wire [9:0] v147; shift_adder #(8, 8, 0, 0, 10, -1, 0) op_147 (v20[7:0], v28[7:0], v147[9:0]); // 1.0
    wire [10:0] v148; shift_adder #(8, 8, 0, 0, 11, -2, 0) op_148 (v2[7:0], v44[7:0], v148[10:0]); // 1.0
    wire [8:0] v149; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_149 (v27[7:0], v48[7:0], v149[8:0]); // 1.0
    wire [8:0] v150; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_150 (v42[7:0], v63[7:0], v150[8:0]); // 1.0
    wire [9:0] v151; shift_adder #(8, 8, 0, 0, 10, -1, 0) op_151 (v29[7:0], v26[7:0], v151[9:0]); // 1.0
    wire [9:0] v152; shift_adder #(8, 8, 0, 0, 10, 1, 1) op_152 (v18[7:0], v58[7:0], v152[9:0]); // 1.0
    wire [9:0] v153; shift_adder #(8, 8, 0, 0, 10, 1, 1) op_153 (v4[7:0], v11[7:0], v153[9:0]); // 1.0
    wire [8:0] v154; shift_adder #(8, 8, 0, 0, 9, 0, 1) op_154 (v8[7:0], v13[7:0], v154[8:0]); // 1.0
    wire [10:0] v155; shift_adder #(8, 8, 0, 0, 11, -2, 0) op_155 (v1[7:0], v47[7:0], v155[10:0]); // 1.0
    wire [11:0] v156; shift_adder #(8, 8, 0, 0, 12, 3, 0) op_156 (v28[7:0], v33[7:0], v156[11:0]); // 1.0
    wire [10:0] v157; shift_adder #(8, 8, 0, 0, 11, -2, 1) op_157 (v3[7:0], v56[7:0], v157[10:0]); // 1.0
    wire [10:0] v158; shift_adder #(8, 8, 0, 0, 11, 2, 0) op_158 (v58[7:0], v2[7:0], v158[10:0]); // 1.0
    wire [9:0] v159; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_159 (v18[7:0], v47[7:0], v159[9:0]); // 1.0
    wire [13:0] v160; shift_adder #(8, 8, 0, 0, 14, -5, 1) op_160 (v58[7:0], v3[7:0], v160[13:0]); // 1.0
    wire [9:0] v161; shift_adder #(8, 8, 0, 0, 10, 1, 1) op_161 (v39[7:0], v50[7:0], v161[9:0]); // 1.0
    wire [8:0] v162; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_162 (v56[7:0], v59[7:0], v162[8:0]); // 1.0
    wire [10:0] v163; shift_adder #(8, 8, 0, 0, 11, 2, 1) op_163 (v7[7:0], v28[7:0], v163[10:0]); // 1.0
    wire [9:0] v164; shift_adder #(8, 8, 0, 0, 10, -1, 1) op_164 (v30[7:0], v49[7:0], v164[9:0]); // 1.0
    wire [13:0] v165; shift_adder #(8, 8, 0, 0, 14, -5, 0) op_165 (v45[7:0], v33[7:0], v165[13:0]); // 1.0
    wire [8:0] v166; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_166 (v41[7:0], v9[7:0], v166[8:0]); // 1.0
    wire [9:0] v167; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_167 (v59[7:0], v44[7:0], v167[9:0]); // 1.0
    wire [12:0] v168; shift_adder #(8, 8, 0, 0, 13, -4, 0) op_168 (v26[7:0], v42[7:0], v168[12:0]); // 1.0
    wire [9:0] v169; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_169 (v32[7:0], v19[7:0], v169[9:0]); // 1.0
    wire [9:0] v170; shift_adder #(8, 8, 0, 0, 10, -1, 1) op_170 (v23[7:0], v28[7:0], v170[9:0]); // 1.0
    wire [8:0] v171; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_171 (v21[7:0], v20[7:0], v171[8:0]); // 1.0
    wire [9:0] v172; shift_adder #(8, 8, 0, 0, 10, 1, 1) op_172 (v12[7:0], v17[7:0], v172[9:0]); // 1.0
    wire [8:0] v173; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_173 (v22[7:0], v6[7:0], v173[8:0]); // 1.0
    wire [10:0] v174; shift_adder #(8, 8, 0, 0, 11, -2, 0) op_174 (v58[7:0], v9[7:0], v174[10:0]); // 1.0
    wire [8:0] v175; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_175 (v0[7:0], v48[7:0], v175[8:0]); // 1.0
    wire [10:0] v176; shift_adder #(8, 8, 0, 0, 11, 2, 0) op_176 (v61[7:0], v43[7:0], v176[10:0]); // 1.0
    wire [9:0] v177; shift_adder #(8, 8, 0, 0, 10, -1, 0) op_177 (v24[7:0], v37[7:0], v177[9:0]); // 1.0
    wire [13:0] v178; shift_adder #(8, 8, 0, 0, 14, 5, 1) op_178 (v23[7:0], v39[7:0], v178[13:0]); // 1.0
    wire [12:0] v179; shift_adder #(8, 8, 0, 0, 13, -4, 1) op_179 (v4[7:0], v52[7:0], v179[12:0]); // 1.0
    wire [10:0] v180; shift_adder #(8, 8, 0, 0, 11, -2, 1) op_180 (v13[7:0], v36[7:0], v180[10:0]); // 1.0
    wire [9:0] v181; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_181 (v62[7:0], v45[7:0], v181[9:0]); // 1.0
    wire [10:0] v182; shift_adder #(8, 8, 0, 0, 11, -2, 0) op_182 (v62[7:0], v10[7:0], v182[10:0]); // 1.0
    wire [8:0] v183; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_183 (v6[7:0], v4[7:0], v183[8:0]); // 1.0
    wire [15:0] v184; shift_adder #(8, 8, 0, 0, 16, -7, 1) op_184 (v7[7:0], v55[7:0], v184[15:0]); // 1.0
    wire [10:0] v185; shift_adder #(8, 8, 0, 0, 11, 2, 1) op_185 (v44[7:0], v45[7:0], v185[10:0]); // 1.0
    wire [8:0] v186; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_186 (v40[7:0], v37[7:0], v186[8:0]); // 1.0
    wire [8:0] v187; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_187 (v3[7:0], v40[7:0], v187[8:0]); // 1.0
    wire [8:0] v188; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_188 (v9[7:0], v28[7:0], v188[8:0]); // 1.0
    wire [15:0] v189; shift_adder #(8, 8, 0, 0, 16, -7, 1) op_189 (v52[7:0], v19[7:0], v189[15:0]); // 1.0
    wire [10:0] v190; shift_adder #(8, 8, 0, 0, 11, -2, 0) op_190 (v46[7:0], v47[7:0], v190[10:0]); // 1.0
    wire [8:0] v191; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_191 (v38[7:0], v21[7:0], v191[8:0]); // 1.0
    wire [8:0] v192; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_192 (v22[7:0], v37[7:0], v192[8:0]); // 1.0
    wire [12:0] v193; shift_adder #(8, 8, 0, 0, 13, 4, 1) op_193 (v0[7:0], v57[7:0], v193[12:0]); // 1.0
    wire [10:0] v194; shift_adder #(8, 8, 0, 0, 11, -2, 0) op_194 (v56[7:0], v34[7:0], v194[10:0]); // 1.0
    wire [11:0] v195; shift_adder #(8, 8, 0, 0, 12, -3, 0) op_195 (v11[7:0], v52[7:0], v195[11:0]); // 1.0
    wire [10:0] v196; shift_adder #(8, 8, 0, 0, 11, 2, 0) op_196 (v12[7:0], v32[7:0], v196[10:0]); // 1.0
    wire [14:0] v197; shift_adder #(8, 8, 0, 0, 15, -6, 1) op_197 (v36[7:0], v39[7:0], v197[14:0]); // 1.0
    wire [8:0] v198; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_198 (v48[7:0], v61[7:0], v198[8:0]); // 1.0
    wire [8:0] v199; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_199 (v8[7:0], v24[7:0], v199[8:0]); // 1.0
    wire [9:0] v200; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_200 (v47[7:0], v34[7:0], v200[9:0]); // 1.0
    wire [8:0] v201; shift_adder #(8, 8, 0, 0, 9, 0, 0) op_201 (v9[7:0], v35[7:0], v201[8:0]); // 1.0
    wire [10:0] v202; shift_adder #(8, 8, 0, 0, 11, 2, 0) op_202 (v51[7:0], v54[7:0], v202[10:0]); // 1.0
    wire [9:0] v203; shift_adder #(8, 8, 0, 0, 10, -1, 0) op_203 (v4[7:0], v49[7:0], v203[9:0]); // 1.0
    wire [15:0] v204; shift_adder #(8, 8, 0, 0, 16, -7, 1) op_204 (v46[7:0], v46[7:0], v204[15:0]); // 1.0
    wire [10:0] v205; shift_adder #(8, 8, 0, 0, 11, -2, 0) op_205 (v8[7:0], v21[7:0], v205[10:0]); // 1.0
    wire [9:0] v206; shift_adder #(8, 8, 0, 0, 10, -1, 0) op_206 (v5[7:0], v51[7:0], v206[9:0]); // 1.0
    wire [10:0] v207; shift_adder #(8, 8, 0, 0, 11, -2, 1) op_207 (v39[7:0], v39[7:0], v207[10:0]); // 1.0
    wire [10:0] v208; shift_adder #(8, 8, 0, 0, 11, 2, 0) op_208 (v42[7:0], v25[7:0], v208[10:0]); // 1.0
    wire [13:0] v209; shift_adder #(8, 8, 0, 0, 14, -5, 1) op_209 (v62[7:0], v33[7:0], v209[13:0]); // 1.0
    wire [9:0] v210; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_210 (v20[7:0], v23[7:0], v210[9:0]); // 1.0
    wire [10:0] v211; shift_adder #(8, 8, 0, 0, 11, -2, 0) op_211 (v15[7:0], v13[7:0], v211[10:0]); // 1.0
    wire [9:0] v212; shift_adder #(8, 8, 0, 0, 10, 1, 0) op_212 (v63[7:0], v9[7:0], v212[9:0]); // 1.0
    wire [9:0] v213; shift_adder #(8, 8, 0, 0, 10, -1, 0) op_213 (v10[7:0], v54[7:0], v213[9:0]); // 1.0

    // verilator lint_on UNUSEDSIGNAL

    assign model_out[7:0] = v58[7:0];
    assign model_out[17:8] = v65[9:0];
    assign model_out[26:18] = v66[8:0];
    assign model_out[35:27] = v67[8:0];
    assign model_out[46:36] = v68[10:0];
    assign model_out[55:47] = v69[8:0];
    assign model_out[64:56] = v70[8:0];
    assign model_out[73:65] = v71[8:0];
    assign model_out[81:74] = v34[7:0];
    assign model_out[91:82] = v72[9:0];
    assign model_out[99:92] = v3[7:0];
    assign model_out[108:100] = v73[8:0];
    assign model_out[118:109] = v75[9:0];
    assign model_out[127:119] = v76[8:0];
    assign model_out[136:128] = v77[8:0];
    assign model_out[146:137] = v78[9:0];
    assign model_out[154:147] = v23[7:0];
    assign model_out[164:155] = v79[9:0];
    assign model_out[172:165] = v57[7:0];
    assign model_out[181:173] = v80[8:0];
    assign model_out[190:182] = v81[8:0];
    assign model_out[199:191] = v82[8:0];
    assign model_out[213:200] = v83[13:0];
    assign model_out[226:214] = v84[12:0];
    assign model_out[234:227] = v36[7:0];
    assign model_out[243:235] = v85[8:0];
    assign model_out[251:244] = v31[7:0];
    assign model_out[260:252] = v86[8:0];
    assign model_out[268:261] = v48[7:0];
    assign model_out[277:269] = v87[8:0];
    assign model_out[286:278] = v88[8:0];
    assign model_out[297:287] = v89[10:0];
    assign model_out[307:298] = v90[9:0];
    assign model_out[315:308] = v20[7:0];
    assign model_out[323:316] = v63[7:0];
    assign model_out[332:324] = v91[8:0];
    assign model_out[342:333] = v92[9:0];
    assign model_out[351:343] = v93[8:0];
    assign model_out[359:352] = v29[7:0];
    assign model_out[368:360] = v94[8:0];
    assign model_out[378:369] = v95[9:0];
    assign model_out[389:379] = v96[10:0];
    assign model_out[398:390] = v97[8:0];
    assign model_out[408:399] = v98[9:0];
    assign model_out[422:409] = v99[13:0];
    assign model_out[433:423] = v100[10:0];
    assign model_out[441:434] = v50[7:0];
    assign model_out[452:442] = v101[10:0];
    assign model_out[460:453] = v22[7:0];
    assign model_out[470:461] = v102[9:0];
    assign model_out[478:471] = v32[7:0];
    assign model_out[487:479] = v104[8:0];
    assign model_out[495:488] = v60[7:0];
    assign model_out[504:496] = v105[8:0];
    assign model_out[512:505] = v1[7:0];
    assign model_out[521:513] = v107[8:0];
    assign model_out[530:522] = v108[8:0];
    assign model_out[538:531] = v11[7:0];
    assign model_out[550:539] = v109[11:0];
    assign model_out[558:551] = v24[7:0];
    assign model_out[568:559] = v110[9:0];
    assign model_out[577:569] = v111[8:0];
    assign model_out[586:578] = v112[8:0];
    assign model_out[594:587] = v27[7:0];
    assign model_out[606:595] = v113[11:0];
    assign model_out[614:607] = v0[7:0];
    assign model_out[625:615] = v64[10:0];
    assign model_out[635:626] = v114[9:0];
    assign model_out[645:636] = v115[9:0];
    assign model_out[655:646] = v116[9:0];
    assign model_out[664:656] = v117[8:0];
    assign model_out[675:665] = v118[10:0];
    assign model_out[683:676] = v45[7:0];
    assign model_out[693:684] = v119[9:0];
    assign model_out[702:694] = v120[8:0];
    assign model_out[712:703] = v121[9:0];
    assign model_out[720:713] = v35[7:0];
    assign model_out[734:721] = v123[13:0];
    assign model_out[743:735] = v124[8:0];
    assign model_out[753:744] = v125[9:0];
    assign model_out[762:754] = v126[8:0];
    assign model_out[771:763] = v127[8:0];
    assign model_out[779:772] = v5[7:0];
    assign model_out[787:780] = v9[7:0];
    assign model_out[800:788] = v128[12:0];
    assign model_out[812:801] = v129[11:0];
    assign model_out[820:813] = v7[7:0];
    assign model_out[829:821] = v130[8:0];
    assign model_out[837:830] = v62[7:0];
    assign model_out[845:838] = v39[7:0];
    assign model_out[853:846] = v55[7:0];
    assign model_out[863:854] = v106[9:0];
    assign model_out[871:864] = v43[7:0];
    assign model_out[881:872] = v131[9:0];
    assign model_out[890:882] = v132[8:0];
    assign model_out[899:891] = v133[8:0];
    assign model_out[907:900] = v61[7:0];
    assign model_out[918:908] = v134[10:0];
    assign model_out[927:919] = v135[8:0];
    assign model_out[937:928] = v136[9:0];
    assign model_out[946:938] = v137[8:0];
    assign model_out[955:947] = v138[8:0];
    assign model_out[964:956] = v139[8:0];
    assign model_out[974:965] = v140[9:0];
    assign model_out[983:975] = v141[8:0];
    assign model_out[995:984] = v143[11:0];
    assign model_out[1004:996] = v144[8:0];
    assign model_out[1016:1005] = v145[11:0];
    assign model_out[1028:1017] = v146[11:0];
    assign model_out[1038:1029] = v147[9:0];
    assign model_out[1049:1039] = v148[10:0];
    assign model_out[1057:1050] = v2[7:0];
    assign model_out[1065:1058] = v40[7:0];
    assign model_out[1074:1066] = v149[8:0];
    assign model_out[1084:1075] = v151[9:0];
    assign model_out[1094:1085] = v152[9:0];
    assign model_out[1103:1095] = v150[8:0];
    assign model_out[1111:1104] = v53[7:0];
    assign model_out[1121:1112] = v153[9:0];
    assign model_out[1130:1122] = v154[8:0];
    assign model_out[1141:1131] = v155[10:0];
    assign model_out[1152:1142] = v157[10:0];
    assign model_out[1163:1153] = v158[10:0];
    assign model_out[1173:1164] = v159[9:0];
    assign model_out[1187:1174] = v160[13:0];
    assign model_out[1197:1188] = v161[9:0];
    assign model_out[1206:1198] = v162[8:0];
    assign model_out[1214:1207] = v41[7:0];
    assign model_out[1225:1215] = v163[10:0];
    assign model_out[1235:1226] = v164[9:0];
    assign model_out[1246:1236] = v74[10:0];
    assign model_out[1260:1247] = v165[13:0];
    assign model_out[1269:1261] = v166[8:0];
    assign model_out[1279:1270] = v167[9:0];
    assign model_out[1292:1280] = v168[12:0];
    assign model_out[1302:1293] = v169[9:0];
    assign model_out[1312:1303] = v170[9:0];
    assign model_out[1320:1313] = v25[7:0];
    assign model_out[1329:1321] = v171[8:0];
    assign model_out[1339:1330] = v172[9:0];
    assign model_out[1348:1340] = v173[8:0];
    assign model_out[1359:1349] = v174[10:0];
    assign model_out[1368:1360] = v175[8:0];
    assign model_out[1379:1369] = v176[10:0];
    assign model_out[1387:1380] = v18[7:0];
    assign model_out[1397:1388] = v177[9:0];
    assign model_out[1411:1398] = v178[13:0];
    assign model_out[1423:1412] = v122[11:0];
    assign model_out[1436:1424] = v179[12:0];
    assign model_out[1446:1437] = v181[9:0];
    assign model_out[1457:1447] = v182[10:0];
    assign model_out[1466:1458] = v183[8:0];
    assign model_out[1478:1467] = v156[11:0];
    assign model_out[1494:1479] = v184[15:0];
    assign model_out[1502:1495] = v17[7:0];
    assign model_out[1513:1503] = v185[10:0];
    assign model_out[1522:1514] = v186[8:0];
    assign model_out[1531:1523] = v187[8:0];
    assign model_out[1540:1532] = v188[8:0];
    assign model_out[1556:1541] = v189[15:0];
    assign model_out[1567:1557] = v190[10:0];
    assign model_out[1575:1568] = v54[7:0];
    assign model_out[1584:1576] = v191[8:0];
    assign model_out[1593:1585] = v192[8:0];
    assign model_out[1606:1594] = v193[12:0];
    assign model_out[1614:1607] = v46[7:0];
    assign model_out[1622:1615] = v14[7:0];
    assign model_out[1633:1623] = v194[10:0];
    assign model_out[1645:1634] = v195[11:0];
    assign model_out[1656:1646] = v196[10:0];
    assign model_out[1671:1657] = v197[14:0];
    assign model_out[1680:1672] = v198[8:0];
    assign model_out[1689:1681] = v142[8:0];
    assign model_out[1698:1690] = v199[8:0];
    assign model_out[1708:1699] = v200[9:0];
    assign model_out[1719:1709] = v103[10:0];
    assign model_out[1728:1720] = v201[8:0];
    assign model_out[1739:1729] = v202[10:0];
    assign model_out[1749:1740] = v203[9:0];
    assign model_out[1765:1750] = v204[15:0];
    assign model_out[1776:1766] = v205[10:0];
    assign model_out[1786:1777] = v206[9:0];
    assign model_out[1794:1787] = v10[7:0];
    assign model_out[1805:1795] = v180[10:0];
    assign model_out[1816:1806] = v207[10:0];
    assign model_out[1827:1817] = v208[10:0];
    assign model_out[1841:1828] = v209[13:0];
    assign model_out[1851:1842] = v210[9:0];
    assign model_out[1862:1852] = v211[10:0];
    assign model_out[1872:1863] = v212[9:0];
    assign model_out[1882:1873] = v213[9:0];
    assign model_out[1890:1883] = v15[7:0];
    assign model_out[1898:1891] = v21[7:0];
    assign model_out[1906:1899] = v38[7:0];
    assign model_out[1914:1907] = v13[7:0];
    assign model_out[1922:1915] = v8[7:0];
    assign model_out[1930:1923] = v51[7:0];
    assign model_out[1938:1931] = v28[7:0];
    assign model_out[1946:1939] = v33[7:0];
    assign model_out[1954:1947] = v59[7:0];
    assign model_out[1962:1955] = v52[7:0];
    assign model_out[1970:1963] = v16[7:0];
    assign model_out[1978:1971] = v30[7:0];
    assign model_out[1986:1979] = v6[7:0];
    assign model_out[1994:1987] = v19[7:0];
    assign model_out[2002:1995] = v12[7:0];

endmodule
