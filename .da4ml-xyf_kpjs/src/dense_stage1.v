`timescale 1 ns / 1 ps

module dense_stage1 (
    input [2002:0] model_inp,
    output [2883:0] model_out
);

    // verilator lint_off UNUSEDSIGNAL
    // Explicit quantization operation will drop bits if exists

    wire [7:0] v0; assign v0[7:0] = model_inp[7:0]; // 1.0
    wire [9:0] v1; assign v1[9:0] = model_inp[17:8]; // 1.0
    wire [10:0] v2; shift_adder #(8, 10, 0, 0, 11, -1, 1) op_2 (v0[7:0], v1[9:0], v2[10:0]); // 2.0
    wire [8:0] v3; assign v3[8:0] = model_inp[26:18]; // 1.0
    wire [8:0] v4; assign v4[8:0] = model_inp[35:27]; // 1.0
    wire [9:0] v5; shift_adder #(9, 9, 0, 0, 10, 0, 0) op_5 (v3[8:0], v4[8:0], v5[9:0]); // 2.0
    wire [10:0] v6; assign v6[10:0] = model_inp[46:36]; // 1.0
    wire [8:0] v7; assign v7[8:0] = model_inp[55:47]; // 1.0
    wire [11:0] v8; shift_adder #(11, 9, 1, 1, 12, 2, 0) op_8 (v6[10:0], v7[8:0], v8[11:0]); // 2.0
    wire [8:0] v9; assign v9[8:0] = model_inp[64:56]; // 1.0
    wire [8:0] v10; assign v10[8:0] = model_inp[73:65]; // 1.0
    wire [11:0] v11; shift_adder #(9, 9, 1, 0, 12, 1, 1) op_11 (v9[8:0], v10[8:0], v11[11:0]); // 2.0
    wire [7:0] v12; assign v12[7:0] = model_inp[81:74]; // 1.0
    wire [9:0] v13; assign v13[9:0] = model_inp[91:82]; // 1.0
    wire [10:0] v14; shift_adder #(8, 10, 0, 1, 11, -1, 0) op_14 (v12[7:0], v13[9:0], v14[10:0]); // 2.0
    wire [7:0] v15; assign v15[7:0] = model_inp[99:92]; // 1.0
    wire [8:0] v16; assign v16[8:0] = model_inp[108:100]; // 1.0
    wire [10:0] v17; shift_adder #(8, 9, 0, 0, 11, 1, 1) op_17 (v15[7:0], v16[8:0], v17[10:0]); // 2.0
    wire [9:0] v18; assign v18[9:0] = model_inp[118:109]; // 1.0
    wire [8:0] v19; assign v19[8:0] = model_inp[127:119]; // 1.0
    wire [12:0] v20; shift_adder #(10, 9, 1, 0, 13, 2, 1) op_20 (v18[9:0], v19[8:0], v20[12:0]); // 2.0
    wire [8:0] v21; assign v21[8:0] = model_inp[136:128]; // 1.0
    wire [9:0] v22; assign v22[9:0] = model_inp[146:137]; // 1.0
    wire [10:0] v23; shift_adder #(9, 10, 0, 0, 11, -1, 0) op_23 (v21[8:0], v22[9:0], v23[10:0]); // 2.0
    wire [7:0] v24; assign v24[7:0] = model_inp[154:147]; // 1.0
    wire [9:0] v25; assign v25[9:0] = model_inp[164:155]; // 1.0
    wire [11:0] v26; shift_adder #(8, 10, 0, 0, 12, 2, 0) op_26 (v24[7:0], v25[9:0], v26[11:0]); // 2.0
    wire [7:0] v27; assign v27[7:0] = model_inp[172:165]; // 1.0
    wire [8:0] v28; assign v28[8:0] = model_inp[181:173]; // 1.0
    wire [11:0] v29; shift_adder #(8, 9, 0, 1, 12, 2, 0) op_29 (v27[7:0], v28[8:0], v29[11:0]); // 2.0
    wire [8:0] v30; assign v30[8:0] = model_inp[190:182]; // 1.0
    wire [8:0] v31; assign v31[8:0] = model_inp[199:191]; // 1.0
    wire [10:0] v32; shift_adder #(9, 9, 0, 0, 11, -1, 0) op_32 (v30[8:0], v31[8:0], v32[10:0]); // 2.0
    wire [13:0] v33; assign v33[13:0] = model_inp[213:200]; // 1.0
    wire [12:0] v34; assign v34[12:0] = model_inp[226:214]; // 1.0
    wire [14:0] v35; shift_adder #(14, 13, 0, 1, 15, 0, 0) op_35 (v33[13:0], v34[12:0], v35[14:0]); // 2.0
    wire [7:0] v36; assign v36[7:0] = model_inp[234:227]; // 1.0
    wire [8:0] v37; assign v37[8:0] = model_inp[243:235]; // 1.0
    wire [11:0] v38; shift_adder #(8, 9, 0, 0, 12, 2, 0) op_38 (v36[7:0], v37[8:0], v38[11:0]); // 2.0
    wire [7:0] v39; assign v39[7:0] = model_inp[251:244]; // 1.0
    wire [9:0] v40; shift_adder #(8, 9, 0, 1, 10, 0, 0) op_40 (v39[7:0], v9[8:0], v40[9:0]); // 2.0
    wire [8:0] v41; assign v41[8:0] = model_inp[260:252]; // 1.0
    wire [13:0] v42; shift_adder #(8, 9, 0, 1, 14, -4, 1) op_42 (v39[7:0], v41[8:0], v42[13:0]); // 2.0
    wire [7:0] v43; assign v43[7:0] = model_inp[268:261]; // 1.0
    wire [10:0] v44; shift_adder #(8, 9, 0, 1, 11, 1, 0) op_44 (v43[7:0], v41[8:0], v44[10:0]); // 2.0
    wire [8:0] v45; assign v45[8:0] = model_inp[277:269]; // 1.0
    wire [8:0] v46; assign v46[8:0] = model_inp[286:278]; // 1.0
    wire [10:0] v47; shift_adder #(9, 9, 1, 0, 11, 0, 0) op_47 (v45[8:0], v46[8:0], v47[10:0]); // 2.0
    wire [10:0] v48; assign v48[10:0] = model_inp[297:287]; // 1.0
    wire [9:0] v49; assign v49[9:0] = model_inp[307:298]; // 1.0
    wire [14:0] v50; shift_adder #(11, 10, 1, 1, 15, 4, 1) op_50 (v48[10:0], v49[9:0], v50[14:0]); // 2.0
    wire [7:0] v51; assign v51[7:0] = model_inp[315:308]; // 1.0
    wire [11:0] v52; shift_adder #(8, 11, 0, 1, 12, 1, 1) op_52 (v51[7:0], v48[10:0], v52[11:0]); // 2.0
    wire [7:0] v53; assign v53[7:0] = model_inp[323:316]; // 1.0
    wire [8:0] v54; assign v54[8:0] = model_inp[332:324]; // 1.0
    wire [10:0] v55; shift_adder #(8, 9, 0, 0, 11, 1, 1) op_55 (v53[7:0], v54[8:0], v55[10:0]); // 2.0
    wire [9:0] v56; assign v56[9:0] = model_inp[342:333]; // 1.0
    wire [8:0] v57; assign v57[8:0] = model_inp[351:343]; // 1.0
    wire [11:0] v58; shift_adder #(10, 9, 0, 1, 12, 2, 0) op_58 (v56[9:0], v57[8:0], v58[11:0]); // 2.0
    wire [7:0] v59; assign v59[7:0] = model_inp[359:352]; // 1.0
    wire [8:0] v60; assign v60[8:0] = model_inp[368:360]; // 1.0
    wire [9:0] v61; shift_adder #(8, 9, 0, 0, 10, 0, 1) op_61 (v59[7:0], v60[8:0], v61[9:0]); // 2.0
    wire [9:0] v62; assign v62[9:0] = model_inp[378:369]; // 1.0
    wire [11:0] v63; shift_adder #(8, 10, 0, 1, 12, -2, 0) op_63 (v51[7:0], v62[9:0], v63[11:0]); // 2.0
    wire [10:0] v64; assign v64[10:0] = model_inp[389:379]; // 1.0
    wire [8:0] v65; assign v65[8:0] = model_inp[398:390]; // 1.0
    wire [12:0] v66; shift_adder #(11, 9, 0, 0, 13, -1, 1) op_66 (v64[10:0], v65[8:0], v66[12:0]); // 2.0
    wire [9:0] v67; assign v67[9:0] = model_inp[408:399]; // 1.0
    wire [13:0] v68; assign v68[13:0] = model_inp[422:409]; // 1.0
    wire [14:0] v69; shift_adder #(10, 14, 0, 1, 15, -2, 0) op_69 (v67[9:0], v68[13:0], v69[14:0]); // 2.0
    wire [10:0] v70; assign v70[10:0] = model_inp[433:423]; // 1.0
    wire [11:0] v71; shift_adder #(8, 11, 0, 1, 12, -2, 1) op_71 (v27[7:0], v70[10:0], v71[11:0]); // 2.0
    wire [10:0] v72; shift_adder #(10, 9, 1, 1, 11, 0, 1) op_72 (v18[9:0], v28[8:0], v72[10:0]); // 2.0
    wire [7:0] v73; assign v73[7:0] = model_inp[441:434]; // 1.0
    wire [10:0] v74; assign v74[10:0] = model_inp[452:442]; // 1.0
    wire [11:0] v75; shift_adder #(8, 11, 0, 1, 12, -2, 0) op_75 (v73[7:0], v74[10:0], v75[11:0]); // 2.0
    wire [7:0] v76; assign v76[7:0] = model_inp[460:453]; // 1.0
    wire [9:0] v77; assign v77[9:0] = model_inp[470:461]; // 1.0
    wire [10:0] v78; shift_adder #(8, 10, 0, 0, 11, 0, 1) op_78 (v76[7:0], v77[9:0], v78[10:0]); // 2.0
    wire [7:0] v79; assign v79[7:0] = model_inp[478:471]; // 1.0
    wire [8:0] v80; assign v80[8:0] = model_inp[487:479]; // 1.0
    wire [10:0] v81; shift_adder #(8, 9, 0, 0, 11, -2, 1) op_81 (v79[7:0], v80[8:0], v81[10:0]); // 2.0
    wire [7:0] v82; assign v82[7:0] = model_inp[495:488]; // 1.0
    wire [8:0] v83; assign v83[8:0] = model_inp[504:496]; // 1.0
    wire [9:0] v84; shift_adder #(8, 9, 0, 0, 10, 0, 1) op_84 (v82[7:0], v83[8:0], v84[9:0]); // 2.0
    wire [7:0] v85; assign v85[7:0] = model_inp[512:505]; // 1.0
    wire [8:0] v86; assign v86[8:0] = model_inp[521:513]; // 1.0
    wire [12:0] v87; shift_adder #(8, 9, 0, 1, 13, -3, 1) op_87 (v85[7:0], v86[8:0], v87[12:0]); // 2.0
    wire [8:0] v88; assign v88[8:0] = model_inp[530:522]; // 1.0
    wire [15:0] v89; shift_adder #(9, 9, 0, 1, 16, -5, 1) op_89 (v54[8:0], v88[8:0], v89[15:0]); // 2.0
    wire [7:0] v90; assign v90[7:0] = model_inp[538:531]; // 1.0
    wire [11:0] v91; assign v91[11:0] = model_inp[550:539]; // 1.0
    wire [11:0] v92; shift_adder #(8, 12, 0, 1, 12, 0, 0) op_92 (v90[7:0], v91[11:0], v92[11:0]); // 2.0
    wire [7:0] v93; assign v93[7:0] = model_inp[558:551]; // 1.0
    wire [9:0] v94; shift_adder #(8, 9, 0, 0, 10, 0, 0) op_94 (v93[7:0], v60[8:0], v94[9:0]); // 2.0
    wire [9:0] v95; assign v95[9:0] = model_inp[568:559]; // 1.0
    wire [12:0] v96; shift_adder #(11, 10, 0, 1, 13, -1, 1) op_96 (v64[10:0], v95[9:0], v96[12:0]); // 2.0
    wire [8:0] v97; assign v97[8:0] = model_inp[577:569]; // 1.0
    wire [8:0] v98; assign v98[8:0] = model_inp[586:578]; // 1.0
    wire [11:0] v99; shift_adder #(9, 9, 1, 0, 12, -2, 0) op_99 (v97[8:0], v98[8:0], v99[11:0]); // 2.0
    wire [7:0] v100; assign v100[7:0] = model_inp[594:587]; // 1.0
    wire [11:0] v101; assign v101[11:0] = model_inp[606:595]; // 1.0
    wire [11:0] v102; shift_adder #(8, 12, 0, 1, 12, 0, 0) op_102 (v100[7:0], v101[11:0], v102[11:0]); // 2.0
    wire [7:0] v103; assign v103[7:0] = model_inp[614:607]; // 1.0
    wire [10:0] v104; assign v104[10:0] = model_inp[625:615]; // 1.0
    wire [10:0] v105; shift_adder #(8, 11, 0, 1, 11, -1, 1) op_105 (v103[7:0], v104[10:0], v105[10:0]); // 2.0
    wire [9:0] v106; shift_adder #(8, 9, 0, 0, 10, 0, 0) op_106 (v36[7:0], v37[8:0], v106[9:0]); // 2.0
    wire [9:0] v107; assign v107[9:0] = model_inp[635:626]; // 1.0
    wire [10:0] v108; shift_adder #(9, 10, 0, 0, 11, 0, 0) op_108 (v46[8:0], v107[9:0], v108[10:0]); // 2.0
    wire [9:0] v109; assign v109[9:0] = model_inp[645:636]; // 1.0
    wire [11:0] v110; shift_adder #(10, 10, 0, 0, 12, -2, 0) op_110 (v109[9:0], v77[9:0], v110[11:0]); // 2.0
    wire [9:0] v111; assign v111[9:0] = model_inp[655:646]; // 1.0
    wire [12:0] v112; shift_adder #(10, 10, 1, 0, 13, -2, 1) op_112 (v111[9:0], v107[9:0], v112[12:0]); // 2.0
    wire [8:0] v113; assign v113[8:0] = model_inp[664:656]; // 1.0
    wire [10:0] v114; assign v114[10:0] = model_inp[675:665]; // 1.0
    wire [11:0] v115; shift_adder #(9, 11, 1, 1, 12, -2, 1) op_115 (v113[8:0], v114[10:0], v115[11:0]); // 2.0
    wire [7:0] v116; assign v116[7:0] = model_inp[683:676]; // 1.0
    wire [9:0] v117; assign v117[9:0] = model_inp[693:684]; // 1.0
    wire [13:0] v118; shift_adder #(8, 10, 0, 0, 14, -5, 0) op_118 (v116[7:0], v117[9:0], v118[13:0]); // 2.0
    wire [8:0] v119; assign v119[8:0] = model_inp[702:694]; // 1.0
    wire [11:0] v120; shift_adder #(9, 12, 0, 1, 12, -1, 0) op_120 (v119[8:0], v101[11:0], v120[11:0]); // 2.0
    wire [9:0] v121; assign v121[9:0] = model_inp[712:703]; // 1.0
    wire [12:0] v122; shift_adder #(10, 13, 0, 1, 13, -1, 0) op_122 (v121[9:0], v34[12:0], v122[12:0]); // 2.0
    wire [12:0] v123; shift_adder #(8, 11, 0, 1, 13, -3, 1) op_123 (v100[7:0], v48[10:0], v123[12:0]); // 2.0
    wire [12:0] v124; shift_adder #(8, 9, 0, 1, 13, -3, 0) op_124 (v53[7:0], v41[8:0], v124[12:0]); // 2.0
    wire [7:0] v125; assign v125[7:0] = model_inp[720:713]; // 1.0
    wire [14:0] v126; shift_adder #(9, 8, 1, 0, 15, 5, 1) op_126 (v97[8:0], v125[7:0], v126[14:0]); // 2.0
    wire [13:0] v127; assign v127[13:0] = model_inp[734:721]; // 1.0
    wire [14:0] v128; shift_adder #(11, 14, 1, 0, 15, -2, 0) op_128 (v70[10:0], v127[13:0], v128[14:0]); // 2.0
    wire [8:0] v129; assign v129[8:0] = model_inp[743:735]; // 1.0
    wire [9:0] v130; assign v130[9:0] = model_inp[753:744]; // 1.0
    wire [10:0] v131; shift_adder #(9, 10, 0, 0, 11, -1, 0) op_131 (v129[8:0], v130[9:0], v131[10:0]); // 2.0
    wire [8:0] v132; assign v132[8:0] = model_inp[762:754]; // 1.0
    wire [10:0] v133; shift_adder #(9, 9, 0, 0, 11, 1, 0) op_133 (v80[8:0], v132[8:0], v133[10:0]); // 2.0
    wire [8:0] v134; assign v134[8:0] = model_inp[771:763]; // 1.0
    wire [13:0] v135; shift_adder #(9, 9, 0, 0, 14, 4, 0) op_135 (v132[8:0], v134[8:0], v135[13:0]); // 2.0
    wire [7:0] v136; assign v136[7:0] = model_inp[779:772]; // 1.0
    wire [9:0] v137; shift_adder #(8, 9, 0, 0, 10, 0, 1) op_137 (v136[7:0], v60[8:0], v137[9:0]); // 2.0
    wire [7:0] v138; assign v138[7:0] = model_inp[787:780]; // 1.0
    wire [9:0] v139; shift_adder #(8, 9, 0, 0, 10, 0, 0) op_139 (v138[7:0], v132[8:0], v139[9:0]); // 2.0
    wire [10:0] v140; shift_adder #(9, 9, 0, 1, 11, 0, 0) op_140 (v19[8:0], v7[8:0], v140[10:0]); // 2.0
    wire [12:0] v141; assign v141[12:0] = model_inp[800:788]; // 1.0
    wire [13:0] v142; shift_adder #(8, 13, 0, 0, 14, 0, 1) op_142 (v100[7:0], v141[12:0], v142[13:0]); // 2.0
    wire [11:0] v143; assign v143[11:0] = model_inp[812:801]; // 1.0
    wire [12:0] v144; shift_adder #(12, 10, 0, 1, 13, 1, 0) op_144 (v143[11:0], v18[9:0], v144[12:0]); // 2.0
    wire [7:0] v145; assign v145[7:0] = model_inp[820:813]; // 1.0
    wire [8:0] v146; assign v146[8:0] = model_inp[829:821]; // 1.0
    wire [9:0] v147; shift_adder #(8, 9, 0, 0, 10, 0, 0) op_147 (v145[7:0], v146[8:0], v147[9:0]); // 2.0
    wire [7:0] v148; assign v148[7:0] = model_inp[837:830]; // 1.0
    wire [10:0] v149; shift_adder #(8, 10, 0, 1, 11, -1, 0) op_149 (v148[7:0], v95[9:0], v149[10:0]); // 2.0
    wire [7:0] v150; assign v150[7:0] = model_inp[845:838]; // 1.0
    wire [9:0] v151; shift_adder #(8, 9, 0, 0, 10, 0, 1) op_151 (v150[7:0], v65[8:0], v151[9:0]); // 2.0
    wire [7:0] v152; assign v152[7:0] = model_inp[853:846]; // 1.0
    wire [10:0] v153; shift_adder #(8, 9, 0, 0, 11, -2, 0) op_153 (v152[7:0], v31[8:0], v153[10:0]); // 2.0
    wire [9:0] v154; assign v154[9:0] = model_inp[863:854]; // 1.0
    wire [12:0] v155; shift_adder #(10, 10, 0, 1, 13, 2, 1) op_155 (v154[9:0], v111[9:0], v155[12:0]); // 2.0
    wire [7:0] v156; assign v156[7:0] = model_inp[871:864]; // 1.0
    wire [10:0] v157; shift_adder #(8, 9, 0, 0, 11, -2, 0) op_157 (v156[7:0], v80[8:0], v157[10:0]); // 2.0
    wire [9:0] v158; assign v158[9:0] = model_inp[881:872]; // 1.0
    wire [10:0] v159; shift_adder #(10, 10, 0, 0, 11, 0, 0) op_159 (v109[9:0], v158[9:0], v159[10:0]); // 2.0
    wire [8:0] v160; assign v160[8:0] = model_inp[890:882]; // 1.0
    wire [9:0] v161; shift_adder #(8, 9, 0, 0, 10, 0, 0) op_161 (v100[7:0], v160[8:0], v161[9:0]); // 2.0
    wire [8:0] v162; assign v162[8:0] = model_inp[899:891]; // 1.0
    wire [11:0] v163; shift_adder #(9, 10, 0, 1, 12, 2, 0) op_163 (v162[8:0], v13[9:0], v163[11:0]); // 2.0
    wire [7:0] v164; assign v164[7:0] = model_inp[907:900]; // 1.0
    wire [16:0] v165; shift_adder #(9, 8, 1, 0, 17, 7, 1) op_165 (v28[8:0], v164[7:0], v165[16:0]); // 2.0
    wire [10:0] v166; assign v166[10:0] = model_inp[918:908]; // 1.0
    wire [11:0] v167; shift_adder #(11, 11, 1, 0, 12, 0, 0) op_167 (v74[10:0], v166[10:0], v167[11:0]); // 2.0
    wire [8:0] v168; assign v168[8:0] = model_inp[927:919]; // 1.0
    wire [12:0] v169; shift_adder #(9, 10, 0, 1, 13, -2, 0) op_169 (v168[8:0], v18[9:0], v169[12:0]); // 2.0
    wire [9:0] v170; assign v170[9:0] = model_inp[937:928]; // 1.0
    wire [8:0] v171; assign v171[8:0] = model_inp[946:938]; // 1.0
    wire [10:0] v172; shift_adder #(10, 9, 0, 0, 11, 0, 0) op_172 (v170[9:0], v171[8:0], v172[10:0]); // 2.0
    wire [8:0] v173; assign v173[8:0] = model_inp[955:947]; // 1.0
    wire [9:0] v174; shift_adder #(8, 9, 0, 1, 10, 0, 0) op_174 (v85[7:0], v173[8:0], v174[9:0]); // 2.0
    wire [8:0] v175; assign v175[8:0] = model_inp[964:956]; // 1.0
    wire [12:0] v176; shift_adder #(8, 9, 0, 1, 13, -3, 0) op_176 (v136[7:0], v175[8:0], v176[12:0]); // 2.0
    wire [9:0] v177; assign v177[9:0] = model_inp[974:965]; // 1.0
    wire [8:0] v178; assign v178[8:0] = model_inp[983:975]; // 1.0
    wire [10:0] v179; shift_adder #(10, 9, 0, 0, 11, -1, 0) op_179 (v177[9:0], v178[8:0], v179[10:0]); // 2.0
    wire [11:0] v180; assign v180[11:0] = model_inp[995:984]; // 1.0
    wire [14:0] v181; shift_adder #(8, 12, 0, 1, 15, -5, 1) op_181 (v39[7:0], v180[11:0], v181[14:0]); // 2.0
    wire [8:0] v182; assign v182[8:0] = model_inp[1004:996]; // 1.0
    wire [11:0] v183; shift_adder #(8, 9, 0, 1, 12, -2, 0) op_183 (v145[7:0], v182[8:0], v183[11:0]); // 2.0
    wire [11:0] v184; assign v184[11:0] = model_inp[1016:1005]; // 1.0
    wire [15:0] v185; shift_adder #(9, 12, 0, 0, 16, -6, 0) op_185 (v98[8:0], v184[11:0], v185[15:0]); // 2.0
    wire [11:0] v186; shift_adder #(10, 10, 1, 0, 12, 1, 0) op_186 (v13[9:0], v121[9:0], v186[11:0]); // 2.0
    wire [11:0] v187; assign v187[11:0] = model_inp[1028:1017]; // 1.0
    wire [9:0] v188; assign v188[9:0] = model_inp[1038:1029]; // 1.0
    wire [11:0] v189; shift_adder #(12, 10, 0, 0, 12, 1, 0) op_189 (v187[11:0], v188[9:0], v189[11:0]); // 2.0
    wire [10:0] v190; assign v190[10:0] = model_inp[1049:1039]; // 1.0
    wire [10:0] v191; shift_adder #(8, 11, 0, 0, 11, 0, 0) op_191 (v116[7:0], v190[10:0], v191[10:0]); // 2.0
    wire [7:0] v192; assign v192[7:0] = model_inp[1057:1050]; // 1.0
    wire [9:0] v193; shift_adder #(8, 9, 0, 0, 10, 0, 0) op_193 (v192[7:0], v31[8:0], v193[9:0]); // 2.0
    wire [7:0] v194; assign v194[7:0] = model_inp[1065:1058]; // 1.0
    wire [8:0] v195; assign v195[8:0] = model_inp[1074:1066]; // 1.0
    wire [9:0] v196; shift_adder #(8, 9, 0, 1, 10, 0, 1) op_196 (v194[7:0], v195[8:0], v196[9:0]); // 2.0
    wire [9:0] v197; assign v197[9:0] = model_inp[1084:1075]; // 1.0
    wire [9:0] v198; assign v198[9:0] = model_inp[1094:1085]; // 1.0
    wire [11:0] v199; shift_adder #(10, 10, 0, 1, 12, 1, 0) op_199 (v197[9:0], v198[9:0], v199[11:0]); // 2.0
    wire [8:0] v200; assign v200[8:0] = model_inp[1103:1095]; // 1.0
    wire [9:0] v201; shift_adder #(9, 9, 0, 0, 10, 0, 0) op_201 (v168[8:0], v200[8:0], v201[9:0]); // 2.0
    wire [7:0] v202; assign v202[7:0] = model_inp[1111:1104]; // 1.0
    wire [9:0] v203; assign v203[9:0] = model_inp[1121:1112]; // 1.0
    wire [10:0] v204; shift_adder #(8, 10, 0, 1, 11, -1, 1) op_204 (v202[7:0], v203[9:0], v204[10:0]); // 2.0
    wire [12:0] v205; shift_adder #(11, 9, 0, 1, 13, 2, 1) op_205 (v64[10:0], v195[8:0], v205[12:0]); // 2.0
    wire [8:0] v206; assign v206[8:0] = model_inp[1130:1122]; // 1.0
    wire [10:0] v207; assign v207[10:0] = model_inp[1141:1131]; // 1.0
    wire [12:0] v208; shift_adder #(9, 11, 1, 0, 13, -2, 0) op_208 (v206[8:0], v207[10:0], v208[12:0]); // 2.0
    wire [9:0] v209; shift_adder #(8, 9, 0, 1, 10, 0, 0) op_209 (v73[7:0], v9[8:0], v209[9:0]); // 2.0
    wire [10:0] v210; assign v210[10:0] = model_inp[1152:1142]; // 1.0
    wire [11:0] v211; shift_adder #(11, 9, 1, 1, 12, 1, 0) op_211 (v210[10:0], v175[8:0], v211[11:0]); // 2.0
    wire [9:0] v212; shift_adder #(8, 10, 0, 1, 10, 0, 0) op_212 (v53[7:0], v203[9:0], v212[9:0]); // 2.0
    wire [10:0] v213; assign v213[10:0] = model_inp[1163:1153]; // 1.0
    wire [9:0] v214; assign v214[9:0] = model_inp[1173:1164]; // 1.0
    wire [12:0] v215; shift_adder #(11, 10, 0, 0, 13, 2, 0) op_215 (v213[10:0], v214[9:0], v215[12:0]); // 2.0
    wire [9:0] v216; shift_adder #(8, 9, 0, 1, 10, 0, 0) op_216 (v192[7:0], v45[8:0], v216[9:0]); // 2.0
    wire [13:0] v217; assign v217[13:0] = model_inp[1187:1174]; // 1.0
    wire [14:0] v218; shift_adder #(9, 14, 0, 1, 15, -3, 0) op_218 (v10[8:0], v217[13:0], v218[14:0]); // 2.0
    wire [13:0] v219; shift_adder #(8, 9, 0, 0, 14, 4, 0) op_219 (v202[7:0], v168[8:0], v219[13:0]); // 2.0
    wire [9:0] v220; assign v220[9:0] = model_inp[1197:1188]; // 1.0
    wire [10:0] v221; shift_adder #(9, 10, 0, 1, 11, 0, 1) op_221 (v3[8:0], v220[9:0], v221[10:0]); // 2.0
    wire [8:0] v222; assign v222[8:0] = model_inp[1206:1198]; // 1.0
    wire [10:0] v223; shift_adder #(9, 10, 0, 0, 11, 0, 0) op_223 (v222[8:0], v77[9:0], v223[10:0]); // 2.0
    wire [12:0] v224; shift_adder #(10, 9, 0, 1, 13, 3, 0) op_224 (v1[9:0], v113[8:0], v224[12:0]); // 2.0
    wire [7:0] v225; assign v225[7:0] = model_inp[1214:1207]; // 1.0
    wire [9:0] v226; shift_adder #(8, 9, 0, 1, 10, 0, 1) op_226 (v225[7:0], v173[8:0], v226[9:0]); // 2.0
    wire [10:0] v227; assign v227[10:0] = model_inp[1225:1215]; // 1.0
    wire [11:0] v228; shift_adder #(8, 11, 0, 1, 12, -2, 1) op_228 (v53[7:0], v227[10:0], v228[11:0]); // 2.0
    wire [9:0] v229; assign v229[9:0] = model_inp[1235:1226]; // 1.0
    wire [11:0] v230; shift_adder #(9, 10, 1, 1, 12, 1, 1) op_230 (v206[8:0], v229[9:0], v230[11:0]); // 2.0
    wire [10:0] v231; assign v231[10:0] = model_inp[1246:1236]; // 1.0
    wire [11:0] v232; shift_adder #(10, 11, 1, 1, 12, 0, 1) op_232 (v95[9:0], v231[10:0], v232[11:0]); // 2.0
    wire [14:0] v233; shift_adder #(14, 11, 0, 0, 15, 3, 0) op_233 (v127[13:0], v190[10:0], v233[14:0]); // 2.0
    wire [13:0] v234; assign v234[13:0] = model_inp[1260:1247]; // 1.0
    wire [13:0] v235; shift_adder #(14, 12, 0, 0, 14, 1, 0) op_235 (v234[13:0], v184[11:0], v235[13:0]); // 2.0
    wire [10:0] v236; shift_adder #(9, 9, 0, 0, 11, -1, 0) op_236 (v16[8:0], v3[8:0], v236[10:0]); // 2.0
    wire [11:0] v237; shift_adder #(9, 9, 0, 0, 12, -2, 0) op_237 (v146[8:0], v80[8:0], v237[11:0]); // 2.0
    wire [11:0] v238; shift_adder #(11, 11, 1, 0, 12, -1, 1) op_238 (v104[10:0], v207[10:0], v238[11:0]); // 2.0
    wire [8:0] v239; assign v239[8:0] = model_inp[1269:1261]; // 1.0
    wire [10:0] v240; shift_adder #(9, 9, 1, 0, 11, 0, 0) op_240 (v195[8:0], v239[8:0], v240[10:0]); // 2.0
    wire [16:0] v241; shift_adder #(9, 9, 0, 1, 17, -6, 0) op_241 (v134[8:0], v175[8:0], v241[16:0]); // 2.0
    wire [10:0] v242; shift_adder #(8, 9, 0, 1, 11, 1, 0) op_242 (v116[7:0], v173[8:0], v242[10:0]); // 2.0
    wire [10:0] v243; shift_adder #(10, 10, 1, 1, 11, 0, 0) op_243 (v111[9:0], v13[9:0], v243[10:0]); // 2.0
    wire [9:0] v244; assign v244[9:0] = model_inp[1279:1270]; // 1.0
    wire [10:0] v245; shift_adder #(10, 10, 0, 0, 11, 0, 0) op_245 (v121[9:0], v244[9:0], v245[10:0]); // 2.0
    wire [12:0] v246; assign v246[12:0] = model_inp[1292:1280]; // 1.0
    wire [15:0] v247; shift_adder #(13, 10, 0, 1, 16, -2, 1) op_247 (v246[12:0], v220[9:0], v247[15:0]); // 2.0
    wire [10:0] v248; shift_adder #(8, 10, 0, 0, 11, -2, 1) op_248 (v194[7:0], v154[9:0], v248[10:0]); // 2.0
    wire [9:0] v249; assign v249[9:0] = model_inp[1302:1293]; // 1.0
    wire [10:0] v250; shift_adder #(9, 10, 0, 0, 11, 0, 0) op_250 (v129[8:0], v249[9:0], v250[10:0]); // 2.0
    wire [9:0] v251; assign v251[9:0] = model_inp[1312:1303]; // 1.0
    wire [7:0] v252; assign v252[7:0] = model_inp[1320:1313]; // 1.0
    wire [14:0] v253; shift_adder #(10, 8, 1, 0, 15, 5, 1) op_253 (v251[9:0], v252[7:0], v253[14:0]); // 2.0
    wire [11:0] v254; shift_adder #(9, 10, 1, 1, 12, 1, 0) op_254 (v86[8:0], v251[9:0], v254[11:0]); // 2.0
    wire [8:0] v255; assign v255[8:0] = model_inp[1329:1321]; // 1.0
    wire [10:0] v256; shift_adder #(9, 9, 1, 0, 11, 0, 0) op_256 (v9[8:0], v255[8:0], v256[10:0]); // 2.0
    wire [9:0] v257; assign v257[9:0] = model_inp[1339:1330]; // 1.0
    wire [10:0] v258; shift_adder #(10, 10, 0, 1, 11, 0, 0) op_258 (v25[9:0], v257[9:0], v258[10:0]); // 2.0
    wire [8:0] v259; assign v259[8:0] = model_inp[1348:1340]; // 1.0
    wire [13:0] v260; shift_adder #(9, 13, 0, 1, 14, -3, 0) op_260 (v259[8:0], v34[12:0], v260[13:0]); // 2.0
    wire [10:0] v261; shift_adder #(8, 9, 0, 0, 11, 1, 1) op_261 (v12[7:0], v83[8:0], v261[10:0]); // 2.0
    wire [12:0] v262; shift_adder #(9, 12, 0, 1, 13, -2, 0) op_262 (v168[8:0], v101[11:0], v262[12:0]); // 2.0
    wire [13:0] v263; shift_adder #(9, 9, 0, 1, 14, -3, 1) op_263 (v60[8:0], v57[8:0], v263[13:0]); // 2.0
    wire [10:0] v264; assign v264[10:0] = model_inp[1359:1349]; // 1.0
    wire [12:0] v265; shift_adder #(11, 11, 1, 0, 13, -1, 0) op_265 (v48[10:0], v264[10:0], v265[12:0]); // 2.0
    wire [9:0] v266; shift_adder #(8, 9, 0, 0, 10, 0, 1) op_266 (v202[7:0], v54[8:0], v266[9:0]); // 2.0
    wire [8:0] v267; assign v267[8:0] = model_inp[1368:1360]; // 1.0
    wire [15:0] v268; shift_adder #(9, 8, 0, 0, 16, 7, 1) op_268 (v267[8:0], v39[7:0], v268[15:0]); // 2.0
    wire [10:0] v269; assign v269[10:0] = model_inp[1379:1369]; // 1.0
    wire [11:0] v270; shift_adder #(9, 11, 0, 0, 12, -2, 0) op_270 (v146[8:0], v269[10:0], v270[11:0]); // 2.0
    wire [11:0] v271; shift_adder #(11, 10, 1, 0, 12, 1, 1) op_271 (v210[10:0], v56[9:0], v271[11:0]); // 2.0
    wire [7:0] v272; assign v272[7:0] = model_inp[1387:1380]; // 1.0
    wire [9:0] v273; assign v273[9:0] = model_inp[1397:1388]; // 1.0
    wire [11:0] v274; shift_adder #(8, 10, 0, 0, 12, -3, 0) op_274 (v272[7:0], v273[9:0], v274[11:0]); // 2.0
    wire [13:0] v275; assign v275[13:0] = model_inp[1411:1398]; // 1.0
    wire [14:0] v276; shift_adder #(12, 14, 1, 1, 15, 0, 0) op_276 (v101[11:0], v275[13:0], v276[14:0]); // 2.0
    wire [11:0] v277; assign v277[11:0] = model_inp[1423:1412]; // 1.0
    wire [12:0] v278; assign v278[12:0] = model_inp[1436:1424]; // 1.0
    wire [13:0] v279; shift_adder #(12, 13, 1, 1, 14, -1, 0) op_279 (v277[11:0], v278[12:0], v279[13:0]); // 2.0
    wire [9:0] v280; assign v280[9:0] = model_inp[1446:1437]; // 1.0
    wire [10:0] v281; shift_adder #(10, 10, 0, 0, 11, 0, 0) op_281 (v117[9:0], v280[9:0], v281[10:0]); // 2.0
    wire [12:0] v282; shift_adder #(8, 10, 0, 1, 13, -3, 0) op_282 (v82[7:0], v62[9:0], v282[12:0]); // 2.0
    wire [10:0] v283; shift_adder #(8, 9, 0, 1, 11, -1, 1) op_283 (v15[7:0], v113[8:0], v283[10:0]); // 2.0
    wire [10:0] v284; shift_adder #(10, 9, 0, 0, 11, 1, 0) op_284 (v214[9:0], v46[8:0], v284[10:0]); // 2.0
    wire [10:0] v285; assign v285[10:0] = model_inp[1457:1447]; // 1.0
    wire [11:0] v286; shift_adder #(11, 10, 0, 0, 12, -1, 0) op_286 (v285[10:0], v170[9:0], v286[11:0]); // 2.0
    wire [8:0] v287; assign v287[8:0] = model_inp[1466:1458]; // 1.0
    wire [14:0] v288; shift_adder #(14, 9, 0, 0, 15, 1, 1) op_288 (v127[13:0], v287[8:0], v288[14:0]); // 2.0
    wire [11:0] v289; assign v289[11:0] = model_inp[1478:1467]; // 1.0
    wire [15:0] v290; assign v290[15:0] = model_inp[1494:1479]; // 1.0
    wire [16:0] v291; shift_adder #(12, 16, 0, 1, 17, -2, 0) op_291 (v289[11:0], v290[15:0], v291[16:0]); // 2.0
    wire [7:0] v292; assign v292[7:0] = model_inp[1502:1495]; // 1.0
    wire [10:0] v293; assign v293[10:0] = model_inp[1513:1503]; // 1.0
    wire [13:0] v294; shift_adder #(8, 11, 0, 1, 14, 2, 1) op_294 (v292[7:0], v293[10:0], v294[13:0]); // 2.0
    wire [12:0] v295; shift_adder #(10, 11, 1, 0, 13, -1, 0) op_295 (v49[9:0], v64[10:0], v295[12:0]); // 2.0
    wire [8:0] v296; assign v296[8:0] = model_inp[1522:1514]; // 1.0
    wire [13:0] v297; shift_adder #(9, 9, 0, 0, 14, -4, 0) op_297 (v296[8:0], v132[8:0], v297[13:0]); // 2.0
    wire [8:0] v298; assign v298[8:0] = model_inp[1531:1523]; // 1.0
    wire [10:0] v299; shift_adder #(9, 9, 1, 0, 11, 0, 0) op_299 (v9[8:0], v298[8:0], v299[10:0]); // 2.0
    wire [8:0] v300; assign v300[8:0] = model_inp[1540:1532]; // 1.0
    wire [10:0] v301; shift_adder #(9, 9, 0, 1, 11, 1, 0) op_301 (v300[8:0], v206[8:0], v301[10:0]); // 2.0
    wire [15:0] v302; assign v302[15:0] = model_inp[1556:1541]; // 1.0
    wire [16:0] v303; shift_adder #(9, 16, 1, 1, 17, -6, 0) op_303 (v97[8:0], v302[15:0], v303[16:0]); // 2.0
    wire [10:0] v304; assign v304[10:0] = model_inp[1567:1557]; // 1.0
    wire [12:0] v305; shift_adder #(11, 11, 0, 1, 13, -1, 0) op_305 (v304[10:0], v6[10:0], v305[12:0]); // 2.0
    wire [7:0] v306; assign v306[7:0] = model_inp[1575:1568]; // 1.0
    wire [12:0] v307; shift_adder #(8, 11, 0, 1, 13, 2, 1) op_307 (v306[7:0], v114[10:0], v307[12:0]); // 2.0
    wire [8:0] v308; assign v308[8:0] = model_inp[1584:1576]; // 1.0
    wire [11:0] v309; shift_adder #(9, 11, 0, 1, 12, -1, 0) op_309 (v308[8:0], v70[10:0], v309[11:0]); // 2.0
    wire [15:0] v310; shift_adder #(10, 9, 1, 0, 16, 5, 0) op_310 (v111[9:0], v200[8:0], v310[15:0]); // 2.0
    wire [8:0] v311; assign v311[8:0] = model_inp[1593:1585]; // 1.0
    wire [9:0] v312; shift_adder #(9, 9, 0, 0, 10, 0, 0) op_312 (v60[8:0], v311[8:0], v312[9:0]); // 2.0
    wire [12:0] v313; assign v313[12:0] = model_inp[1606:1594]; // 1.0
    wire [13:0] v314; shift_adder #(13, 10, 1, 1, 14, 3, 0) op_314 (v313[12:0], v62[9:0], v314[13:0]); // 2.0
    wire [11:0] v315; shift_adder #(10, 10, 0, 1, 12, 1, 0) op_315 (v109[9:0], v198[9:0], v315[11:0]); // 2.0
    wire [7:0] v316; assign v316[7:0] = model_inp[1614:1607]; // 1.0
    wire [11:0] v317; shift_adder #(8, 10, 0, 1, 12, -2, 0) op_317 (v316[7:0], v257[9:0], v317[11:0]); // 2.0
    wire [7:0] v318; assign v318[7:0] = model_inp[1622:1615]; // 1.0
    wire [9:0] v319; shift_adder #(8, 9, 0, 0, 10, 0, 0) op_319 (v318[7:0], v10[8:0], v319[9:0]); // 2.0
    wire [12:0] v320; shift_adder #(9, 8, 0, 0, 13, 4, 1) op_320 (v146[8:0], v103[7:0], v320[12:0]); // 2.0
    wire [10:0] v321; assign v321[10:0] = model_inp[1633:1623]; // 1.0
    wire [11:0] v322; shift_adder #(9, 11, 0, 0, 12, -2, 0) op_322 (v83[8:0], v321[10:0], v322[11:0]); // 2.0
    wire [11:0] v323; assign v323[11:0] = model_inp[1645:1634]; // 1.0
    wire [12:0] v324; shift_adder #(12, 12, 0, 1, 13, 1, 0) op_324 (v323[11:0], v277[11:0], v324[12:0]); // 2.0
    wire [10:0] v325; shift_adder #(9, 9, 1, 0, 11, -1, 0) op_325 (v57[8:0], v54[8:0], v325[10:0]); // 2.0
    wire [10:0] v326; assign v326[10:0] = model_inp[1656:1646]; // 1.0
    wire [14:0] v327; assign v327[14:0] = model_inp[1671:1657]; // 1.0
    wire [15:0] v328; shift_adder #(11, 15, 0, 1, 16, -2, 0) op_328 (v326[10:0], v327[14:0], v328[15:0]); // 2.0
    wire [8:0] v329; assign v329[8:0] = model_inp[1680:1672]; // 1.0
    wire [9:0] v330; shift_adder #(9, 9, 0, 0, 10, 0, 0) op_330 (v31[8:0], v329[8:0], v330[9:0]); // 2.0
    wire [12:0] v331; shift_adder #(9, 13, 0, 1, 13, -2, 0) op_331 (v160[8:0], v313[12:0], v331[12:0]); // 2.0
    wire [11:0] v332; shift_adder #(9, 11, 0, 1, 12, -1, 0) op_332 (v178[8:0], v210[10:0], v332[11:0]); // 2.0
    wire [10:0] v333; shift_adder #(9, 11, 0, 1, 11, 0, 0) op_333 (v10[8:0], v70[10:0], v333[10:0]); // 2.0
    wire [11:0] v334; shift_adder #(8, 10, 0, 0, 12, -3, 0) op_334 (v79[7:0], v154[9:0], v334[11:0]); // 2.0
    wire [8:0] v335; assign v335[8:0] = model_inp[1689:1681]; // 1.0
    wire [11:0] v336; shift_adder #(11, 9, 1, 0, 12, 1, 0) op_336 (v74[10:0], v335[8:0], v336[11:0]); // 2.0
    wire [8:0] v337; assign v337[8:0] = model_inp[1698:1690]; // 1.0
    wire [10:0] v338; shift_adder #(9, 10, 0, 0, 11, 0, 0) op_338 (v337[8:0], v56[9:0], v338[10:0]); // 2.0
    wire [9:0] v339; assign v339[9:0] = model_inp[1708:1699]; // 1.0
    wire [10:0] v340; assign v340[10:0] = model_inp[1719:1709]; // 1.0
    wire [12:0] v341; shift_adder #(10, 11, 0, 1, 13, 1, 0) op_341 (v339[9:0], v340[10:0], v341[12:0]); // 2.0
    wire [8:0] v342; assign v342[8:0] = model_inp[1728:1720]; // 1.0
    wire [10:0] v343; shift_adder #(9, 10, 0, 0, 11, -1, 0) op_343 (v342[8:0], v117[9:0], v343[10:0]); // 2.0
    wire [11:0] v344; shift_adder #(11, 9, 1, 1, 12, 0, 0) op_344 (v293[10:0], v97[8:0], v344[11:0]); // 2.0
    wire [10:0] v345; assign v345[10:0] = model_inp[1739:1729]; // 1.0
    wire [9:0] v346; assign v346[9:0] = model_inp[1749:1740]; // 1.0
    wire [15:0] v347; shift_adder #(11, 10, 0, 0, 16, -4, 1) op_347 (v345[10:0], v346[9:0], v347[15:0]); // 2.0
    wire [15:0] v348; assign v348[15:0] = model_inp[1765:1750]; // 1.0
    wire [16:0] v349; shift_adder #(13, 16, 1, 1, 17, -2, 0) op_349 (v278[12:0], v348[15:0], v349[16:0]); // 2.0
    wire [14:0] v350; shift_adder #(9, 14, 0, 1, 15, -4, 0) op_350 (v37[8:0], v275[13:0], v350[14:0]); // 2.0
    wire [10:0] v351; assign v351[10:0] = model_inp[1776:1766]; // 1.0
    wire [11:0] v352; shift_adder #(10, 11, 0, 0, 12, -1, 0) op_352 (v273[9:0], v351[10:0], v352[11:0]); // 2.0
    wire [9:0] v353; assign v353[9:0] = model_inp[1786:1777]; // 1.0
    wire [11:0] v354; shift_adder #(10, 12, 0, 1, 12, -1, 0) op_354 (v353[9:0], v180[11:0], v354[11:0]); // 2.0
    wire [7:0] v355; assign v355[7:0] = model_inp[1794:1787]; // 1.0
    wire [9:0] v356; shift_adder #(8, 9, 0, 1, 10, 0, 1) op_356 (v355[7:0], v45[8:0], v356[9:0]); // 2.0
    wire [10:0] v357; assign v357[10:0] = model_inp[1805:1795]; // 1.0
    wire [10:0] v358; assign v358[10:0] = model_inp[1816:1806]; // 1.0
    wire [12:0] v359; shift_adder #(11, 11, 1, 1, 13, -1, 0) op_359 (v357[10:0], v358[10:0], v359[12:0]); // 2.0
    wire [10:0] v360; assign v360[10:0] = model_inp[1827:1817]; // 1.0
    wire [14:0] v361; shift_adder #(11, 9, 0, 0, 15, -3, 1) op_361 (v360[10:0], v83[8:0], v361[14:0]); // 2.0
    wire [13:0] v362; assign v362[13:0] = model_inp[1841:1828]; // 1.0
    wire [14:0] v363; shift_adder #(14, 13, 1, 0, 15, 0, 0) op_363 (v362[13:0], v246[12:0], v363[14:0]); // 2.0
    wire [10:0] v364; shift_adder #(9, 9, 1, 0, 11, 0, 0) op_364 (v206[8:0], v134[8:0], v364[10:0]); // 2.0
    wire [9:0] v365; assign v365[9:0] = model_inp[1851:1842]; // 1.0
    wire [11:0] v366; shift_adder #(10, 10, 0, 1, 12, 2, 0) op_366 (v365[9:0], v257[9:0], v366[11:0]); // 2.0
    wire [10:0] v367; assign v367[10:0] = model_inp[1862:1852]; // 1.0
    wire [12:0] v368; shift_adder #(11, 11, 1, 0, 13, -1, 0) op_368 (v358[10:0], v367[10:0], v368[12:0]); // 2.0
    wire [11:0] v369; shift_adder #(11, 9, 1, 0, 12, 1, 0) op_369 (v227[10:0], v19[8:0], v369[11:0]); // 2.0
    wire [11:0] v370; shift_adder #(11, 10, 1, 1, 12, 1, 0) op_370 (v227[10:0], v229[9:0], v370[11:0]); // 2.0
    wire [9:0] v371; assign v371[9:0] = model_inp[1872:1863]; // 1.0
    wire [12:0] v372; shift_adder #(10, 12, 0, 1, 13, 1, 0) op_372 (v371[9:0], v277[11:0], v372[12:0]); // 2.0
    wire [11:0] v373; shift_adder #(10, 10, 0, 0, 12, -1, 0) op_373 (v177[9:0], v25[9:0], v373[11:0]); // 2.0
    wire [9:0] v374; assign v374[9:0] = model_inp[1882:1873]; // 1.0
    wire [11:0] v375; shift_adder #(10, 10, 0, 1, 12, -1, 0) op_375 (v374[9:0], v13[9:0], v375[11:0]); // 2.0
    wire [7:0] v376; assign v376[7:0] = model_inp[1890:1883]; // 1.0
    wire [7:0] v377; assign v377[7:0] = model_inp[1898:1891]; // 1.0
    wire [7:0] v378; assign v378[7:0] = model_inp[1906:1899]; // 1.0
    wire [7:0] v379; assign v379[7:0] = model_inp[1914:1907]; // 1.0
    wire [7:0] v380; assign v380[7:0] = model_inp[1922:1915]; // 1.0
    wire [7:0] v381; assign v381[7:0] = model_inp[1930:1923]; // 1.0
    wire [7:0] v382; assign v382[7:0] = model_inp[1938:1931]; // 1.0
    wire [7:0] v383; assign v383[7:0] = model_inp[1946:1939]; // 1.0
    wire [7:0] v384; assign v384[7:0] = model_inp[1954:1947]; // 1.0
    wire [7:0] v385; assign v385[7:0] = model_inp[1962:1955]; // 1.0
    wire [7:0] v386; assign v386[7:0] = model_inp[1970:1963]; // 1.0
    wire [7:0] v387; assign v387[7:0] = model_inp[1978:1971]; // 1.0
    wire [7:0] v388; assign v388[7:0] = model_inp[1986:1979]; // 1.0
    wire [7:0] v389; assign v389[7:0] = model_inp[1994:1987]; // 1.0
    wire [7:0] v390; assign v390[7:0] = model_inp[2002:1995]; // 1.0

    // verilator lint_on UNUSEDSIGNAL

    assign model_out[10:0] = v104[10:0];
    assign model_out[21:11] = v2[10:0];
    assign model_out[31:22] = v5[9:0];
    assign model_out[43:32] = v8[11:0];
    assign model_out[55:44] = v11[11:0];
    assign model_out[66:56] = v14[10:0];
    assign model_out[77:67] = v17[10:0];
    assign model_out[88:78] = v231[10:0];
    assign model_out[101:89] = v20[12:0];
    assign model_out[112:102] = v23[10:0];
    assign model_out[120:113] = v376[7:0];
    assign model_out[132:121] = v26[11:0];
    assign model_out[140:133] = v53[7:0];
    assign model_out[152:141] = v29[11:0];
    assign model_out[163:153] = v32[10:0];
    assign model_out[178:164] = v35[14:0];
    assign model_out[190:179] = v38[11:0];
    assign model_out[200:191] = v40[9:0];
    assign model_out[208:201] = v377[7:0];
    assign model_out[222:209] = v42[13:0];
    assign model_out[233:223] = v44[10:0];
    assign model_out[244:234] = v47[10:0];
    assign model_out[253:245] = v28[8:0];
    assign model_out[268:254] = v50[14:0];
    assign model_out[280:269] = v52[11:0];
    assign model_out[291:281] = v55[10:0];
    assign model_out[303:292] = v58[11:0];
    assign model_out[313:304] = v61[9:0];
    assign model_out[325:314] = v63[11:0];
    assign model_out[338:326] = v66[12:0];
    assign model_out[353:339] = v69[14:0];
    assign model_out[361:354] = v79[7:0];
    assign model_out[373:362] = v71[11:0];
    assign model_out[384:374] = v72[10:0];
    assign model_out[396:385] = v75[11:0];
    assign model_out[404:397] = v378[7:0];
    assign model_out[415:405] = v78[10:0];
    assign model_out[426:416] = v81[10:0];
    assign model_out[434:427] = v379[7:0];
    assign model_out[444:435] = v84[9:0];
    assign model_out[454:445] = v154[9:0];
    assign model_out[467:455] = v87[12:0];
    assign model_out[483:468] = v89[15:0];
    assign model_out[495:484] = v92[11:0];
    assign model_out[503:496] = v103[7:0];
    assign model_out[513:504] = v94[9:0];
    assign model_out[526:514] = v96[12:0];
    assign model_out[538:527] = v99[11:0];
    assign model_out[547:539] = v65[8:0];
    assign model_out[559:548] = v102[11:0];
    assign model_out[570:560] = v105[10:0];
    assign model_out[580:571] = v106[9:0];
    assign model_out[588:581] = v306[7:0];
    assign model_out[599:589] = v108[10:0];
    assign model_out[611:600] = v110[11:0];
    assign model_out[624:612] = v112[12:0];
    assign model_out[636:625] = v115[11:0];
    assign model_out[650:637] = v118[13:0];
    assign model_out[662:651] = v120[11:0];
    assign model_out[670:663] = v76[7:0];
    assign model_out[683:671] = v122[12:0];
    assign model_out[691:684] = v380[7:0];
    assign model_out[704:692] = v123[12:0];
    assign model_out[717:705] = v124[12:0];
    assign model_out[732:718] = v126[14:0];
    assign model_out[747:733] = v128[14:0];
    assign model_out[758:748] = v131[10:0];
    assign model_out[769:759] = v133[10:0];
    assign model_out[783:770] = v135[13:0];
    assign model_out[791:784] = v93[7:0];
    assign model_out[801:792] = v137[9:0];
    assign model_out[811:802] = v139[9:0];
    assign model_out[822:812] = v140[10:0];
    assign model_out[836:823] = v142[13:0];
    assign model_out[849:837] = v144[12:0];
    assign model_out[857:850] = v225[7:0];
    assign model_out[867:858] = v147[9:0];
    assign model_out[875:868] = v355[7:0];
    assign model_out[885:876] = v151[9:0];
    assign model_out[896:886] = v153[10:0];
    assign model_out[909:897] = v155[12:0];
    assign model_out[920:910] = v157[10:0];
    assign model_out[931:921] = v159[10:0];
    assign model_out[943:932] = v163[11:0];
    assign model_out[960:944] = v165[16:0];
    assign model_out[972:961] = v167[11:0];
    assign model_out[985:973] = v169[12:0];
    assign model_out[996:986] = v172[10:0];
    assign model_out[1006:997] = v174[9:0];
    assign model_out[1019:1007] = v176[12:0];
    assign model_out[1030:1020] = v179[10:0];
    assign model_out[1039:1031] = v335[8:0];
    assign model_out[1054:1040] = v181[14:0];
    assign model_out[1062:1055] = v292[7:0];
    assign model_out[1074:1063] = v183[11:0];
    assign model_out[1090:1075] = v185[15:0];
    assign model_out[1098:1091] = v381[7:0];
    assign model_out[1110:1099] = v186[11:0];
    assign model_out[1122:1111] = v189[11:0];
    assign model_out[1133:1123] = v191[10:0];
    assign model_out[1143:1134] = v193[9:0];
    assign model_out[1153:1144] = v196[9:0];
    assign model_out[1165:1154] = v199[11:0];
    assign model_out[1175:1166] = v201[9:0];
    assign model_out[1186:1176] = v204[10:0];
    assign model_out[1194:1187] = v164[7:0];
    assign model_out[1207:1195] = v205[12:0];
    assign model_out[1220:1208] = v208[12:0];
    assign model_out[1230:1221] = v209[9:0];
    assign model_out[1242:1231] = v289[11:0];
    assign model_out[1254:1243] = v211[11:0];
    assign model_out[1264:1255] = v212[9:0];
    assign model_out[1277:1265] = v215[12:0];
    assign model_out[1287:1278] = v216[9:0];
    assign model_out[1302:1288] = v218[14:0];
    assign model_out[1316:1303] = v219[13:0];
    assign model_out[1327:1317] = v221[10:0];
    assign model_out[1335:1328] = v148[7:0];
    assign model_out[1346:1336] = v223[10:0];
    assign model_out[1359:1347] = v224[12:0];
    assign model_out[1369:1360] = v226[9:0];
    assign model_out[1381:1370] = v228[11:0];
    assign model_out[1389:1382] = v116[7:0];
    assign model_out[1401:1390] = v230[11:0];
    assign model_out[1409:1402] = v382[7:0];
    assign model_out[1421:1410] = v232[11:0];
    assign model_out[1436:1422] = v233[14:0];
    assign model_out[1450:1437] = v235[13:0];
    assign model_out[1461:1451] = v236[10:0];
    assign model_out[1473:1462] = v237[11:0];
    assign model_out[1482:1474] = v31[8:0];
    assign model_out[1494:1483] = v238[11:0];
    assign model_out[1505:1495] = v240[10:0];
    assign model_out[1513:1506] = v383[7:0];
    assign model_out[1524:1514] = v242[10:0];
    assign model_out[1535:1525] = v243[10:0];
    assign model_out[1546:1536] = v245[10:0];
    assign model_out[1562:1547] = v247[15:0];
    assign model_out[1570:1563] = v152[7:0];
    assign model_out[1581:1571] = v248[10:0];
    assign model_out[1592:1582] = v250[10:0];
    assign model_out[1601:1593] = v88[8:0];
    assign model_out[1616:1602] = v253[14:0];
    assign model_out[1628:1617] = v254[11:0];
    assign model_out[1639:1629] = v256[10:0];
    assign model_out[1650:1640] = v258[10:0];
    assign model_out[1664:1651] = v260[13:0];
    assign model_out[1673:1665] = v19[8:0];
    assign model_out[1684:1674] = v261[10:0];
    assign model_out[1692:1685] = v384[7:0];
    assign model_out[1705:1693] = v262[12:0];
    assign model_out[1713:1706] = v12[7:0];
    assign model_out[1727:1714] = v263[13:0];
    assign model_out[1740:1728] = v265[12:0];
    assign model_out[1752:1741] = v187[11:0];
    assign model_out[1763:1753] = v6[10:0];
    assign model_out[1773:1764] = v266[9:0];
    assign model_out[1789:1774] = v268[15:0];
    assign model_out[1801:1790] = v270[11:0];
    assign model_out[1813:1802] = v271[11:0];
    assign model_out[1821:1814] = v192[7:0];
    assign model_out[1833:1822] = v274[11:0];
    assign model_out[1848:1834] = v276[14:0];
    assign model_out[1862:1849] = v279[13:0];
    assign model_out[1873:1863] = v357[10:0];
    assign model_out[1884:1874] = v281[10:0];
    assign model_out[1897:1885] = v282[12:0];
    assign model_out[1908:1898] = v283[10:0];
    assign model_out[1919:1909] = v284[10:0];
    assign model_out[1931:1920] = v286[11:0];
    assign model_out[1941:1932] = v117[9:0];
    assign model_out[1956:1942] = v288[14:0];
    assign model_out[1973:1957] = v291[16:0];
    assign model_out[1982:1974] = v54[8:0];
    assign model_out[1996:1983] = v294[13:0];
    assign model_out[2006:1997] = v161[9:0];
    assign model_out[2019:2007] = v295[12:0];
    assign model_out[2033:2020] = v297[13:0];
    assign model_out[2050:2034] = v241[16:0];
    assign model_out[2061:2051] = v299[10:0];
    assign model_out[2072:2062] = v301[10:0];
    assign model_out[2089:2073] = v303[16:0];
    assign model_out[2097:2090] = v27[7:0];
    assign model_out[2110:2098] = v305[12:0];
    assign model_out[2123:2111] = v307[12:0];
    assign model_out[2135:2124] = v309[11:0];
    assign model_out[2143:2136] = v385[7:0];
    assign model_out[2159:2144] = v310[15:0];
    assign model_out[2169:2160] = v312[9:0];
    assign model_out[2183:2170] = v314[13:0];
    assign model_out[2192:2184] = v173[8:0];
    assign model_out[2200:2193] = v386[7:0];
    assign model_out[2212:2201] = v315[11:0];
    assign model_out[2224:2213] = v317[11:0];
    assign model_out[2232:2225] = v387[7:0];
    assign model_out[2242:2233] = v319[9:0];
    assign model_out[2255:2243] = v320[12:0];
    assign model_out[2264:2256] = v200[8:0];
    assign model_out[2276:2265] = v322[11:0];
    assign model_out[2289:2277] = v324[12:0];
    assign model_out[2300:2290] = v325[10:0];
    assign model_out[2316:2301] = v328[15:0];
    assign model_out[2326:2317] = v330[9:0];
    assign model_out[2339:2327] = v331[12:0];
    assign model_out[2348:2340] = v46[8:0];
    assign model_out[2360:2349] = v332[11:0];
    assign model_out[2371:2361] = v333[10:0];
    assign model_out[2383:2372] = v334[11:0];
    assign model_out[2395:2384] = v336[11:0];
    assign model_out[2406:2396] = v338[10:0];
    assign model_out[2419:2407] = v341[12:0];
    assign model_out[2430:2420] = v343[10:0];
    assign model_out[2442:2431] = v344[11:0];
    assign model_out[2458:2443] = v347[15:0];
    assign model_out[2475:2459] = v349[16:0];
    assign model_out[2490:2476] = v350[14:0];
    assign model_out[2502:2491] = v352[11:0];
    assign model_out[2514:2503] = v354[11:0];
    assign model_out[2524:2515] = v356[9:0];
    assign model_out[2537:2525] = v359[12:0];
    assign model_out[2552:2538] = v361[14:0];
    assign model_out[2567:2553] = v363[14:0];
    assign model_out[2578:2568] = v364[10:0];
    assign model_out[2590:2579] = v366[11:0];
    assign model_out[2602:2591] = v369[11:0];
    assign model_out[2614:2603] = v370[11:0];
    assign model_out[2627:2615] = v372[12:0];
    assign model_out[2639:2628] = v373[11:0];
    assign model_out[2651:2640] = v375[11:0];
    assign model_out[2659:2652] = v100[7:0];
    assign model_out[2670:2660] = v340[10:0];
    assign model_out[2678:2671] = v202[7:0];
    assign model_out[2690:2679] = v277[11:0];
    assign model_out[2699:2691] = v45[8:0];
    assign model_out[2710:2700] = v149[10:0];
    assign model_out[2718:2711] = v90[7:0];
    assign model_out[2727:2719] = v182[8:0];
    assign model_out[2737:2728] = v1[9:0];
    assign model_out[2745:2738] = v24[7:0];
    assign model_out[2753:2746] = v43[7:0];
    assign model_out[2761:2754] = v82[7:0];
    assign model_out[2769:2762] = v145[7:0];
    assign model_out[2777:2770] = v136[7:0];
    assign model_out[2786:2778] = v98[8:0];
    assign model_out[2795:2787] = v178[8:0];
    assign model_out[2804:2796] = v7[8:0];
    assign model_out[2812:2805] = v36[7:0];
    assign model_out[2825:2813] = v368[12:0];
    assign model_out[2833:2826] = v388[7:0];
    assign model_out[2843:2834] = v121[9:0];
    assign model_out[2851:2844] = v389[7:0];
    assign model_out[2859:2852] = v125[7:0];
    assign model_out[2867:2860] = v59[7:0];
    assign model_out[2875:2868] = v390[7:0];
    assign model_out[2883:2876] = v85[7:0];

endmodule
