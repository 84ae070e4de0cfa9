`timescale 1 ns / 1 ps

module dense_stage2 (
    input [2883:0] model_inp,
    output [2625:0] model_out
);

    // verilator lint_off UNUSEDSIGNAL
    // Explicit quantization operation will drop bits if exists

    wire [10:0] v0; assign v0[10:0] = model_inp[10:0]; // 2.0
    wire [10:0] v1; assign v1[10:0] = model_inp[21:11]; // 2.0
    wire [11:0] v2; shift_adder #(11, 11, 1, 1, 12, 1, 0) op_2 (v0[10:0], v1[10:0], v2[11:0]); // 3.0
    wire [9:0] v3; assign v3[9:0] = model_inp[31:22]; // 2.0
    wire [11:0] v4; assign v4[11:0] = model_inp[43:32]; // 2.0
    wire [12:0] v5; shift_adder #(10, 12, 0, 1, 13, 0, 0) op_5 (v3[9:0], v4[11:0], v5[12:0]); // 3.0
    wire [11:0] v6; assign v6[11:0] = model_inp[55:44]; // 2.0
    wire [10:0] v7; assign v7[10:0] = model_inp[66:56]; // 2.0
    wire [13:0] v8; shift_adder #(12, 11, 1, 1, 14, 2, 1) op_8 (v6[11:0], v7[10:0], v8[13:0]); // 3.0
    wire [10:0] v9; assign v9[10:0] = model_inp[77:67]; // 2.0
    wire [10:0] v10; assign v10[10:0] = model_inp[88:78]; // 2.0
    wire [11:0] v11; shift_adder #(11, 11, 1, 1, 12, 0, 0) op_11 (v9[10:0], v10[10:0], v11[11:0]); // 3.0
    wire [12:0] v12; assign v12[12:0] = model_inp[101:89]; // 2.0
    wire [10:0] v13; assign v13[10:0] = model_inp[112:102]; // 2.0
    wire [12:0] v14; shift_adder #(13, 11, 1, 0, 13, 1, 0) op_14 (v12[12:0], v13[10:0], v14[12:0]); // 3.0
    wire [7:0] v15; assign v15[7:0] = model_inp[120:113]; // 2.0
    wire [11:0] v16; assign v16[11:0] = model_inp[132:121]; // 2.0
    wire [12:0] v17; shift_adder #(8, 12, 0, 0, 13, -4, 1) op_17 (v15[7:0], v16[11:0], v17[12:0]); // 3.0
    wire [7:0] v18; assign v18[7:0] = model_inp[140:133]; // 2.0
    wire [11:0] v19; assign v19[11:0] = model_inp[152:141]; // 2.0
    wire [11:0] v20; shift_adder #(8, 12, 0, 1, 12, 0, 0) op_20 (v18[7:0], v19[11:0], v20[11:0]); // 3.0
    wire [10:0] v21; assign v21[10:0] = model_inp[163:153]; // 2.0
    wire [14:0] v22; assign v22[14:0] = model_inp[178:164]; // 2.0
    wire [16:0] v23; shift_adder #(11, 15, 0, 1, 17, -5, 0) op_23 (v21[10:0], v22[14:0], v23[16:0]); // 3.0
    wire [11:0] v24; assign v24[11:0] = model_inp[190:179]; // 2.0
    wire [9:0] v25; assign v25[9:0] = model_inp[200:191]; // 2.0
    wire [13:0] v26; shift_adder #(12, 10, 0, 1, 14, 3, 0) op_26 (v24[11:0], v25[9:0], v26[13:0]); // 3.0
    wire [7:0] v27; assign v27[7:0] = model_inp[208:201]; // 2.0
    wire [13:0] v28; assign v28[13:0] = model_inp[222:209]; // 2.0
    wire [13:0] v29; shift_adder #(8, 14, 0, 1, 14, -2, 0) op_29 (v27[7:0], v28[13:0], v29[13:0]); // 3.0
    wire [10:0] v30; assign v30[10:0] = model_inp[233:223]; // 2.0
    wire [14:0] v31; shift_adder #(12, 11, 0, 1, 15, 3, 0) op_31 (v24[11:0], v30[10:0], v31[14:0]); // 3.0
    wire [10:0] v32; assign v32[10:0] = model_inp[244:234]; // 2.0
    wire [8:0] v33; assign v33[8:0] = model_inp[253:245]; // 2.0
    wire [15:0] v34; shift_adder #(11, 9, 1, 1, 16, 6, 1) op_34 (v32[10:0], v33[8:0], v34[15:0]); // 3.0
    wire [14:0] v35; assign v35[14:0] = model_inp[268:254]; // 2.0
    wire [11:0] v36; assign v36[11:0] = model_inp[280:269]; // 2.0
    wire [15:0] v37; shift_adder #(15, 12, 1, 1, 16, 3, 0) op_37 (v35[14:0], v36[11:0], v37[15:0]); // 3.0
    wire [10:0] v38; assign v38[10:0] = model_inp[291:281]; // 2.0
    wire [11:0] v39; assign v39[11:0] = model_inp[303:292]; // 2.0
    wire [12:0] v40; shift_adder #(11, 12, 1, 1, 13, -1, 0) op_40 (v38[10:0], v39[11:0], v40[12:0]); // 3.0
    wire [9:0] v41; assign v41[9:0] = model_inp[313:304]; // 2.0
    wire [11:0] v42; assign v42[11:0] = model_inp[325:314]; // 2.0
    wire [12:0] v43; shift_adder #(10, 12, 1, 1, 13, -2, 0) op_43 (v41[9:0], v42[11:0], v43[12:0]); // 3.0
    wire [12:0] v44; assign v44[12:0] = model_inp[338:326]; // 2.0
    wire [14:0] v45; assign v45[14:0] = model_inp[353:339]; // 2.0
    wire [15:0] v46; shift_adder #(13, 15, 1, 1, 16, -2, 0) op_46 (v44[12:0], v45[14:0], v46[15:0]); // 3.0
    wire [7:0] v47; assign v47[7:0] = model_inp[361:354]; // 2.0
    wire [11:0] v48; assign v48[11:0] = model_inp[373:362]; // 2.0
    wire [12:0] v49; shift_adder #(8, 12, 0, 1, 13, -1, 0) op_49 (v47[7:0], v48[11:0], v49[12:0]); // 3.0
    wire [10:0] v50; assign v50[10:0] = model_inp[384:374]; // 2.0
    wire [11:0] v51; assign v51[11:0] = model_inp[396:385]; // 2.0
    wire [14:0] v52; shift_adder #(11, 12, 1, 1, 15, -4, 0) op_52 (v50[10:0], v51[11:0], v52[14:0]); // 3.0
    wire [7:0] v53; assign v53[7:0] = model_inp[404:397]; // 2.0
    wire [10:0] v54; assign v54[10:0] = model_inp[415:405]; // 2.0
    wire [10:0] v55; shift_adder #(8, 11, 0, 1, 11, 0, 1) op_55 (v53[7:0], v54[10:0], v55[10:0]); // 3.0
    wire [10:0] v56; assign v56[10:0] = model_inp[426:416]; // 2.0
    wire [11:0] v57; shift_adder #(11, 10, 1, 1, 12, 0, 0) op_57 (v56[10:0], v41[9:0], v57[11:0]); // 3.0
    wire [7:0] v58; assign v58[7:0] = model_inp[434:427]; // 2.0
    wire [9:0] v59; assign v59[9:0] = model_inp[444:435]; // 2.0
    wire [10:0] v60; shift_adder #(8, 10, 0, 1, 11, -1, 0) op_60 (v58[7:0], v59[9:0], v60[10:0]); // 3.0
    wire [9:0] v61; assign v61[9:0] = model_inp[454:445]; // 2.0
    wire [12:0] v62; assign v62[12:0] = model_inp[467:455]; // 2.0
    wire [12:0] v63; shift_adder #(10, 13, 0, 1, 13, -1, 1) op_63 (v61[9:0], v62[12:0], v63[12:0]); // 3.0
    wire [15:0] v64; assign v64[15:0] = model_inp[483:468]; // 2.0
    wire [11:0] v65; assign v65[11:0] = model_inp[495:484]; // 2.0
    wire [15:0] v66; shift_adder #(16, 12, 1, 1, 16, 0, 1) op_66 (v64[15:0], v65[11:0], v66[15:0]); // 3.0
    wire [7:0] v67; assign v67[7:0] = model_inp[503:496]; // 2.0
    wire [9:0] v68; assign v68[9:0] = model_inp[513:504]; // 2.0
    wire [10:0] v69; shift_adder #(8, 10, 0, 0, 11, -2, 1) op_69 (v67[7:0], v68[9:0], v69[10:0]); // 3.0
    wire [12:0] v70; assign v70[12:0] = model_inp[526:514]; // 2.0
    wire [11:0] v71; assign v71[11:0] = model_inp[538:527]; // 2.0
    wire [13:0] v72; shift_adder #(13, 12, 1, 1, 14, 0, 0) op_72 (v70[12:0], v71[11:0], v72[13:0]); // 3.0
    wire [8:0] v73; assign v73[8:0] = model_inp[547:539]; // 2.0
    wire [11:0] v74; assign v74[11:0] = model_inp[559:548]; // 2.0
    wire [11:0] v75; shift_adder #(9, 12, 0, 1, 12, 0, 0) op_75 (v73[8:0], v74[11:0], v75[11:0]); // 3.0
    wire [10:0] v76; assign v76[10:0] = model_inp[570:560]; // 2.0
    wire [9:0] v77; assign v77[9:0] = model_inp[580:571]; // 2.0
    wire [11:0] v78; shift_adder #(11, 10, 1, 0, 12, 0, 0) op_78 (v76[10:0], v77[9:0], v78[11:0]); // 3.0
    wire [7:0] v79; assign v79[7:0] = model_inp[588:581]; // 2.0
    wire [10:0] v80; assign v80[10:0] = model_inp[599:589]; // 2.0
    wire [10:0] v81; shift_adder #(8, 11, 0, 0, 11, 0, 0) op_81 (v79[7:0], v80[10:0], v81[10:0]); // 3.0
    wire [11:0] v82; assign v82[11:0] = model_inp[611:600]; // 2.0
    wire [12:0] v83; assign v83[12:0] = model_inp[624:612]; // 2.0
    wire [14:0] v84; shift_adder #(12, 13, 0, 1, 15, -1, 0) op_84 (v82[11:0], v83[12:0], v84[14:0]); // 3.0
    wire [11:0] v85; assign v85[11:0] = model_inp[636:625]; // 2.0
    wire [13:0] v86; assign v86[13:0] = model_inp[650:637]; // 2.0
    wire [15:0] v87; shift_adder #(12, 14, 1, 0, 16, -3, 1) op_87 (v85[11:0], v86[13:0], v87[15:0]); // 3.0
    wire [11:0] v88; assign v88[11:0] = model_inp[662:651]; // 2.0
    wire [12:0] v89; shift_adder #(11, 12, 1, 1, 13, 0, 0) op_89 (v38[10:0], v88[11:0], v89[12:0]); // 3.0
    wire [7:0] v90; assign v90[7:0] = model_inp[670:663]; // 2.0
    wire [12:0] v91; assign v91[12:0] = model_inp[683:671]; // 2.0
    wire [13:0] v92; shift_adder #(8, 13, 0, 1, 14, 1, 0) op_92 (v90[7:0], v91[12:0], v92[13:0]); // 3.0
    wire [7:0] v93; assign v93[7:0] = model_inp[691:684]; // 2.0
    wire [12:0] v94; assign v94[12:0] = model_inp[704:692]; // 2.0
    wire [12:0] v95; shift_adder #(8, 13, 0, 1, 13, 0, 0) op_95 (v93[7:0], v94[12:0], v95[12:0]); // 3.0
    wire [12:0] v96; assign v96[12:0] = model_inp[717:705]; // 2.0
    wire [14:0] v97; assign v97[14:0] = model_inp[732:718]; // 2.0
    wire [14:0] v98; shift_adder #(13, 15, 1, 1, 15, 0, 0) op_98 (v96[12:0], v97[14:0], v98[14:0]); // 3.0
    wire [14:0] v99; assign v99[14:0] = model_inp[747:733]; // 2.0
    wire [10:0] v100; assign v100[10:0] = model_inp[758:748]; // 2.0
    wire [15:0] v101; shift_adder #(15, 11, 1, 0, 16, 3, 0) op_101 (v99[14:0], v100[10:0], v101[15:0]); // 3.0
    wire [10:0] v102; assign v102[10:0] = model_inp[769:759]; // 2.0
    wire [13:0] v103; assign v103[13:0] = model_inp[783:770]; // 2.0
    wire [14:0] v104; shift_adder #(11, 14, 0, 0, 15, -3, 0) op_104 (v102[10:0], v103[13:0], v104[14:0]); // 3.0
    wire [7:0] v105; assign v105[7:0] = model_inp[791:784]; // 2.0
    wire [9:0] v106; assign v106[9:0] = model_inp[801:792]; // 2.0
    wire [9:0] v107; shift_adder #(8, 10, 0, 1, 10, 0, 0) op_107 (v105[7:0], v106[9:0], v107[9:0]); // 3.0
    wire [9:0] v108; assign v108[9:0] = model_inp[811:802]; // 2.0
    wire [10:0] v109; assign v109[10:0] = model_inp[822:812]; // 2.0
    wire [13:0] v110; shift_adder #(10, 11, 0, 1, 14, 3, 0) op_110 (v108[9:0], v109[10:0], v110[13:0]); // 3.0
    wire [13:0] v111; assign v111[13:0] = model_inp[836:823]; // 2.0
    wire [12:0] v112; assign v112[12:0] = model_inp[849:837]; // 2.0
    wire [13:0] v113; shift_adder #(14, 13, 1, 1, 14, 0, 0) op_113 (v111[13:0], v112[12:0], v113[13:0]); // 3.0
    wire [7:0] v114; assign v114[7:0] = model_inp[857:850]; // 2.0
    wire [9:0] v115; assign v115[9:0] = model_inp[867:858]; // 2.0
    wire [11:0] v116; shift_adder #(8, 10, 0, 0, 12, 2, 0) op_116 (v114[7:0], v115[9:0], v116[11:0]); // 3.0
    wire [7:0] v117; assign v117[7:0] = model_inp[875:868]; // 2.0
    wire [9:0] v118; assign v118[9:0] = model_inp[885:876]; // 2.0
    wire [15:0] v119; shift_adder #(8, 10, 0, 1, 16, 5, 1) op_119 (v117[7:0], v118[9:0], v119[15:0]); // 3.0
    wire [10:0] v120; assign v120[10:0] = model_inp[896:886]; // 2.0
    wire [13:0] v121; shift_adder #(9, 11, 0, 0, 14, 2, 1) op_121 (v73[8:0], v120[10:0], v121[13:0]); // 3.0
    wire [12:0] v122; assign v122[12:0] = model_inp[909:897]; // 2.0
    wire [12:0] v123; shift_adder #(8, 13, 0, 1, 13, -1, 0) op_123 (v79[7:0], v122[12:0], v123[12:0]); // 3.0
    wire [10:0] v124; assign v124[10:0] = model_inp[920:910]; // 2.0
    wire [10:0] v125; assign v125[10:0] = model_inp[931:921]; // 2.0
    wire [11:0] v126; shift_adder #(11, 11, 0, 0, 12, 0, 0) op_126 (v124[10:0], v125[10:0], v126[11:0]); // 3.0
    wire [11:0] v127; assign v127[11:0] = model_inp[943:932]; // 2.0
    wire [14:0] v128; shift_adder #(12, 15, 1, 1, 15, -1, 0) op_128 (v127[11:0], v35[14:0], v128[14:0]); // 3.0
    wire [16:0] v129; assign v129[16:0] = model_inp[960:944]; // 2.0
    wire [11:0] v130; assign v130[11:0] = model_inp[972:961]; // 2.0
    wire [16:0] v131; shift_adder #(17, 12, 1, 1, 17, 5, 0) op_131 (v129[16:0], v130[11:0], v131[16:0]); // 3.0
    wire [12:0] v132; assign v132[12:0] = model_inp[985:973]; // 2.0
    wire [12:0] v133; shift_adder #(11, 13, 0, 1, 13, 0, 0) op_133 (v124[10:0], v132[12:0], v133[12:0]); // 3.0
    wire [10:0] v134; assign v134[10:0] = model_inp[996:986]; // 2.0
    wire [9:0] v135; assign v135[9:0] = model_inp[1006:997]; // 2.0
    wire [11:0] v136; shift_adder #(11, 10, 0, 1, 12, 0, 0) op_136 (v134[10:0], v135[9:0], v136[11:0]); // 3.0
    wire [12:0] v137; assign v137[12:0] = model_inp[1019:1007]; // 2.0
    wire [10:0] v138; assign v138[10:0] = model_inp[1030:1020]; // 2.0
    wire [13:0] v139; shift_adder #(13, 11, 1, 0, 14, 1, 0) op_139 (v137[12:0], v138[10:0], v139[13:0]); // 3.0
    wire [11:0] v140; shift_adder #(11, 10, 1, 0, 12, -1, 0) op_140 (v9[10:0], v77[9:0], v140[11:0]); // 3.0
    wire [8:0] v141; assign v141[8:0] = model_inp[1039:1031]; // 2.0
    wire [14:0] v142; assign v142[14:0] = model_inp[1054:1040]; // 2.0
    wire [14:0] v143; shift_adder #(9, 15, 0, 1, 15, -2, 0) op_143 (v141[8:0], v142[14:0], v143[14:0]); // 3.0
    wire [7:0] v144; assign v144[7:0] = model_inp[1062:1055]; // 2.0
    wire [11:0] v145; shift_adder #(8, 11, 0, 1, 12, -2, 0) op_145 (v144[7:0], v56[10:0], v145[11:0]); // 3.0
    wire [11:0] v146; assign v146[11:0] = model_inp[1074:1063]; // 2.0
    wire [12:0] v147; shift_adder #(12, 12, 1, 1, 13, 0, 0) op_147 (v146[11:0], v85[11:0], v147[12:0]); // 3.0
    wire [15:0] v148; assign v148[15:0] = model_inp[1090:1075]; // 2.0
    wire [16:0] v149; shift_adder #(8, 16, 0, 0, 17, -1, 1) op_149 (v53[7:0], v148[15:0], v149[16:0]); // 3.0
    wire [7:0] v150; assign v150[7:0] = model_inp[1098:1091]; // 2.0
    wire [11:0] v151; assign v151[11:0] = model_inp[1110:1099]; // 2.0
    wire [12:0] v152; shift_adder #(8, 12, 0, 1, 13, -3, 1) op_152 (v150[7:0], v151[11:0], v152[12:0]); // 3.0
    wire [11:0] v153; assign v153[11:0] = model_inp[1122:1111]; // 2.0
    wire [10:0] v154; assign v154[10:0] = model_inp[1133:1123]; // 2.0
    wire [12:0] v155; shift_adder #(12, 11, 0, 0, 13, 0, 0) op_155 (v153[11:0], v154[10:0], v155[12:0]); // 3.0
    wire [9:0] v156; assign v156[9:0] = model_inp[1143:1134]; // 2.0
    wire [9:0] v157; assign v157[9:0] = model_inp[1153:1144]; // 2.0
    wire [11:0] v158; shift_adder #(10, 10, 0, 1, 12, 1, 0) op_158 (v156[9:0], v157[9:0], v158[11:0]); // 3.0
    wire [11:0] v159; assign v159[11:0] = model_inp[1165:1154]; // 2.0
    wire [15:0] v160; shift_adder #(12, 15, 1, 1, 16, -3, 0) op_160 (v159[11:0], v99[14:0], v160[15:0]); // 3.0
    wire [9:0] v161; assign v161[9:0] = model_inp[1175:1166]; // 2.0
    wire [10:0] v162; assign v162[10:0] = model_inp[1186:1176]; // 2.0
    wire [11:0] v163; shift_adder #(10, 11, 0, 1, 12, 0, 0) op_163 (v161[9:0], v162[10:0], v163[11:0]); // 3.0
    wire [7:0] v164; assign v164[7:0] = model_inp[1194:1187]; // 2.0
    wire [12:0] v165; assign v165[12:0] = model_inp[1207:1195]; // 2.0
    wire [12:0] v166; shift_adder #(8, 13, 0, 1, 13, 0, 0) op_166 (v164[7:0], v165[12:0], v166[12:0]); // 3.0
    wire [12:0] v167; assign v167[12:0] = model_inp[1220:1208]; // 2.0
    wire [9:0] v168; assign v168[9:0] = model_inp[1230:1221]; // 2.0
    wire [13:0] v169; shift_adder #(13, 10, 1, 1, 14, 3, 0) op_169 (v167[12:0], v168[9:0], v169[13:0]); // 3.0
    wire [11:0] v170; assign v170[11:0] = model_inp[1242:1231]; // 2.0
    wire [12:0] v171; shift_adder #(10, 12, 0, 0, 13, 0, 1) op_171 (v68[9:0], v170[11:0], v171[12:0]); // 3.0
    wire [11:0] v172; assign v172[11:0] = model_inp[1254:1243]; // 2.0
    wire [12:0] v173; shift_adder #(11, 12, 1, 1, 13, -1, 0) op_173 (v109[10:0], v172[11:0], v173[12:0]); // 3.0
    wire [9:0] v174; assign v174[9:0] = model_inp[1264:1255]; // 2.0
    wire [13:0] v175; shift_adder #(10, 13, 1, 1, 14, -2, 0) op_175 (v174[9:0], v137[12:0], v175[13:0]); // 3.0
    wire [12:0] v176; assign v176[12:0] = model_inp[1277:1265]; // 2.0
    wire [9:0] v177; assign v177[9:0] = model_inp[1287:1278]; // 2.0
    wire [15:0] v178; shift_adder #(13, 10, 0, 1, 16, -2, 1) op_178 (v176[12:0], v177[9:0], v178[15:0]); // 3.0
    wire [14:0] v179; assign v179[14:0] = model_inp[1302:1288]; // 2.0
    wire [15:0] v180; shift_adder #(15, 12, 1, 0, 16, 2, 0) op_180 (v179[14:0], v16[11:0], v180[15:0]); // 3.0
    wire [13:0] v181; assign v181[13:0] = model_inp[1316:1303]; // 2.0
    wire [10:0] v182; assign v182[10:0] = model_inp[1327:1317]; // 2.0
    wire [16:0] v183; shift_adder #(14, 11, 0, 1, 17, 5, 0) op_183 (v181[13:0], v182[10:0], v183[16:0]); // 3.0
    wire [7:0] v184; assign v184[7:0] = model_inp[1335:1328]; // 2.0
    wire [11:0] v185; shift_adder #(8, 12, 0, 1, 12, 0, 0) op_185 (v184[7:0], v42[11:0], v185[11:0]); // 3.0
    wire [10:0] v186; assign v186[10:0] = model_inp[1346:1336]; // 2.0
    wire [12:0] v187; assign v187[12:0] = model_inp[1359:1347]; // 2.0
    wire [12:0] v188; shift_adder #(11, 13, 0, 1, 13, 0, 0) op_188 (v186[10:0], v187[12:0], v188[12:0]); // 3.0
    wire [9:0] v189; assign v189[9:0] = model_inp[1369:1360]; // 2.0
    wire [11:0] v190; assign v190[11:0] = model_inp[1381:1370]; // 2.0
    wire [12:0] v191; shift_adder #(10, 12, 1, 1, 13, -2, 0) op_191 (v189[9:0], v190[11:0], v191[12:0]); // 3.0
    wire [7:0] v192; assign v192[7:0] = model_inp[1389:1382]; // 2.0
    wire [11:0] v193; assign v193[11:0] = model_inp[1401:1390]; // 2.0
    wire [12:0] v194; shift_adder #(8, 12, 0, 1, 13, -3, 0) op_194 (v192[7:0], v193[11:0], v194[12:0]); // 3.0
    wire [7:0] v195; assign v195[7:0] = model_inp[1409:1402]; // 2.0
    wire [11:0] v196; assign v196[11:0] = model_inp[1421:1410]; // 2.0
    wire [13:0] v197; shift_adder #(8, 12, 0, 1, 14, -4, 0) op_197 (v195[7:0], v196[11:0], v197[13:0]); // 3.0
    wire [14:0] v198; assign v198[14:0] = model_inp[1436:1422]; // 2.0
    wire [13:0] v199; assign v199[13:0] = model_inp[1450:1437]; // 2.0
    wire [14:0] v200; shift_adder #(15, 14, 0, 0, 15, 0, 0) op_200 (v198[14:0], v199[13:0], v200[14:0]); // 3.0
    wire [10:0] v201; assign v201[10:0] = model_inp[1461:1451]; // 2.0
    wire [11:0] v202; assign v202[11:0] = model_inp[1473:1462]; // 2.0
    wire [13:0] v203; shift_adder #(11, 12, 0, 0, 14, -2, 0) op_203 (v201[10:0], v202[11:0], v203[13:0]); // 3.0
    wire [13:0] v204; shift_adder #(12, 13, 1, 1, 14, -1, 0) op_204 (v146[11:0], v94[12:0], v204[13:0]); // 3.0
    wire [8:0] v205; assign v205[8:0] = model_inp[1482:1474]; // 2.0
    wire [11:0] v206; assign v206[11:0] = model_inp[1494:1483]; // 2.0
    wire [12:0] v207; shift_adder #(9, 12, 0, 1, 13, -2, 0) op_207 (v205[8:0], v206[11:0], v207[12:0]); // 3.0
    wire [10:0] v208; assign v208[10:0] = model_inp[1505:1495]; // 2.0
    wire [11:0] v209; shift_adder #(11, 10, 1, 1, 12, 0, 0) op_209 (v208[10:0], v25[9:0], v209[11:0]); // 3.0
    wire [7:0] v210; assign v210[7:0] = model_inp[1513:1506]; // 2.0
    wire [10:0] v211; assign v211[10:0] = model_inp[1524:1514]; // 2.0
    wire [11:0] v212; shift_adder #(8, 11, 0, 1, 12, -2, 0) op_212 (v210[7:0], v211[10:0], v212[11:0]); // 3.0
    wire [10:0] v213; assign v213[10:0] = model_inp[1535:1525]; // 2.0
    wire [15:0] v214; shift_adder #(14, 11, 0, 1, 16, 5, 0) op_214 (v103[13:0], v213[10:0], v214[15:0]); // 3.0
    wire [10:0] v215; assign v215[10:0] = model_inp[1546:1536]; // 2.0
    wire [12:0] v216; shift_adder #(10, 11, 1, 0, 13, -2, 0) op_216 (v135[9:0], v215[10:0], v216[12:0]); // 3.0
    wire [15:0] v217; assign v217[15:0] = model_inp[1562:1547]; // 2.0
    wire [16:0] v218; shift_adder #(16, 10, 1, 0, 17, -1, 1) op_218 (v217[15:0], v161[9:0], v218[16:0]); // 3.0
    wire [7:0] v219; assign v219[7:0] = model_inp[1570:1563]; // 2.0
    wire [10:0] v220; assign v220[10:0] = model_inp[1581:1571]; // 2.0
    wire [11:0] v221; shift_adder #(8, 11, 0, 1, 12, -1, 1) op_221 (v219[7:0], v220[10:0], v221[11:0]); // 3.0
    wire [10:0] v222; assign v222[10:0] = model_inp[1592:1582]; // 2.0
    wire [12:0] v223; shift_adder #(11, 10, 0, 0, 13, 2, 0) op_223 (v222[10:0], v108[9:0], v223[12:0]); // 3.0
    wire [8:0] v224; assign v224[8:0] = model_inp[1601:1593]; // 2.0
    wire [14:0] v225; shift_adder #(11, 9, 1, 1, 15, 5, 1) op_225 (v54[10:0], v224[8:0], v225[14:0]); // 3.0
    wire [14:0] v226; assign v226[14:0] = model_inp[1616:1602]; // 2.0
    wire [11:0] v227; assign v227[11:0] = model_inp[1628:1617]; // 2.0
    wire [14:0] v228; shift_adder #(15, 12, 1, 1, 15, 3, 0) op_228 (v226[14:0], v227[11:0], v228[14:0]); // 3.0
    wire [10:0] v229; assign v229[10:0] = model_inp[1639:1629]; // 2.0
    wire [15:0] v230; shift_adder #(15, 11, 1, 1, 16, 4, 0) op_230 (v142[14:0], v229[10:0], v230[15:0]); // 3.0
    wire [10:0] v231; assign v231[10:0] = model_inp[1650:1640]; // 2.0
    wire [13:0] v232; assign v232[13:0] = model_inp[1664:1651]; // 2.0
    wire [15:0] v233; shift_adder #(11, 14, 1, 1, 16, -4, 0) op_233 (v231[10:0], v232[13:0], v233[15:0]); // 3.0
    wire [8:0] v234; assign v234[8:0] = model_inp[1673:1665]; // 2.0
    wire [10:0] v235; assign v235[10:0] = model_inp[1684:1674]; // 2.0
    wire [13:0] v236; shift_adder #(9, 11, 0, 1, 14, -3, 1) op_236 (v234[8:0], v235[10:0], v236[13:0]); // 3.0
    wire [7:0] v237; assign v237[7:0] = model_inp[1692:1685]; // 2.0
    wire [12:0] v238; assign v238[12:0] = model_inp[1705:1693]; // 2.0
    wire [13:0] v239; shift_adder #(8, 13, 0, 1, 14, 1, 0) op_239 (v237[7:0], v238[12:0], v239[13:0]); // 3.0
    wire [7:0] v240; assign v240[7:0] = model_inp[1713:1706]; // 2.0
    wire [12:0] v241; shift_adder #(8, 13, 0, 1, 13, 0, 0) op_241 (v240[7:0], v83[12:0], v241[12:0]); // 3.0
    wire [13:0] v242; assign v242[13:0] = model_inp[1727:1714]; // 2.0
    wire [12:0] v243; assign v243[12:0] = model_inp[1740:1728]; // 2.0
    wire [13:0] v244; shift_adder #(14, 13, 1, 1, 14, 0, 0) op_244 (v242[13:0], v243[12:0], v244[13:0]); // 3.0
    wire [11:0] v245; assign v245[11:0] = model_inp[1752:1741]; // 2.0
    wire [12:0] v246; shift_adder #(11, 12, 1, 0, 13, -1, 1) op_246 (v50[10:0], v245[11:0], v246[12:0]); // 3.0
    wire [10:0] v247; assign v247[10:0] = model_inp[1763:1753]; // 2.0
    wire [9:0] v248; assign v248[9:0] = model_inp[1773:1764]; // 2.0
    wire [12:0] v249; shift_adder #(11, 10, 1, 1, 13, 2, 1) op_249 (v247[10:0], v248[9:0], v249[12:0]); // 3.0
    wire [15:0] v250; assign v250[15:0] = model_inp[1789:1774]; // 2.0
    wire [11:0] v251; assign v251[11:0] = model_inp[1801:1790]; // 2.0
    wire [15:0] v252; shift_adder #(16, 12, 1, 0, 16, 3, 0) op_252 (v250[15:0], v251[11:0], v252[15:0]); // 3.0
    wire [11:0] v253; assign v253[11:0] = model_inp[1813:1802]; // 2.0
    wire [11:0] v254; shift_adder #(8, 12, 0, 1, 12, -1, 0) op_254 (v90[7:0], v253[11:0], v254[11:0]); // 3.0
    wire [11:0] v255; shift_adder #(11, 10, 1, 1, 12, 0, 0) op_255 (v50[10:0], v174[9:0], v255[11:0]); // 3.0
    wire [7:0] v256; assign v256[7:0] = model_inp[1821:1814]; // 2.0
    wire [11:0] v257; assign v257[11:0] = model_inp[1833:1822]; // 2.0
    wire [12:0] v258; shift_adder #(8, 12, 0, 0, 13, -3, 1) op_258 (v256[7:0], v257[11:0], v258[12:0]); // 3.0
    wire [14:0] v259; assign v259[14:0] = model_inp[1848:1834]; // 2.0
    wire [13:0] v260; assign v260[13:0] = model_inp[1862:1849]; // 2.0
    wire [15:0] v261; shift_adder #(15, 14, 1, 1, 16, 1, 0) op_261 (v259[14:0], v260[13:0], v261[15:0]); // 3.0
    wire [10:0] v262; assign v262[10:0] = model_inp[1873:1863]; // 2.0
    wire [15:0] v263; shift_adder #(11, 11, 1, 1, 16, 4, 1) op_263 (v182[10:0], v262[10:0], v263[15:0]); // 3.0
    wire [12:0] v264; shift_adder #(12, 11, 1, 1, 13, 1, 0) op_264 (v51[11:0], v231[10:0], v264[12:0]); // 3.0
    wire [10:0] v265; assign v265[10:0] = model_inp[1884:1874]; // 2.0
    wire [12:0] v266; assign v266[12:0] = model_inp[1897:1885]; // 2.0
    wire [13:0] v267; shift_adder #(11, 13, 0, 1, 14, 1, 0) op_267 (v265[10:0], v266[12:0], v267[13:0]); // 3.0
    wire [10:0] v268; assign v268[10:0] = model_inp[1908:1898]; // 2.0
    wire [10:0] v269; assign v269[10:0] = model_inp[1919:1909]; // 2.0
    wire [12:0] v270; shift_adder #(11, 11, 1, 0, 13, -1, 0) op_270 (v268[10:0], v269[10:0], v270[12:0]); // 3.0
    wire [11:0] v271; assign v271[11:0] = model_inp[1931:1920]; // 2.0
    wire [12:0] v272; shift_adder #(10, 12, 0, 0, 13, -2, 0) op_272 (v156[9:0], v271[11:0], v272[12:0]); // 3.0
    wire [9:0] v273; assign v273[9:0] = model_inp[1941:1932]; // 2.0
    wire [14:0] v274; shift_adder #(10, 12, 0, 1, 15, 2, 0) op_274 (v273[9:0], v190[11:0], v274[14:0]); // 3.0
    wire [14:0] v275; assign v275[14:0] = model_inp[1956:1942]; // 2.0
    wire [16:0] v276; assign v276[16:0] = model_inp[1973:1957]; // 2.0
    wire [16:0] v277; shift_adder #(15, 17, 1, 1, 17, -1, 0) op_277 (v275[14:0], v276[16:0], v277[16:0]); // 3.0
    wire [8:0] v278; assign v278[8:0] = model_inp[1982:1974]; // 2.0
    wire [12:0] v279; shift_adder #(9, 11, 0, 1, 13, 2, 0) op_279 (v278[8:0], v76[10:0], v279[12:0]); // 3.0
    wire [13:0] v280; assign v280[13:0] = model_inp[1996:1983]; // 2.0
    wire [14:0] v281; shift_adder #(14, 10, 1, 1, 15, -1, 1) op_281 (v280[13:0], v189[9:0], v281[14:0]); // 3.0
    wire [9:0] v282; assign v282[9:0] = model_inp[2006:1997]; // 2.0
    wire [11:0] v283; shift_adder #(10, 12, 0, 1, 12, 0, 0) op_283 (v282[9:0], v65[11:0], v283[11:0]); // 3.0
    wire [12:0] v284; assign v284[12:0] = model_inp[2019:2007]; // 2.0
    wire [13:0] v285; shift_adder #(13, 13, 1, 1, 14, 0, 0) op_285 (v284[12:0], v62[12:0], v285[13:0]); // 3.0
    wire [13:0] v286; assign v286[13:0] = model_inp[2033:2020]; // 2.0
    wire [15:0] v287; shift_adder #(14, 14, 0, 1, 16, -1, 0) op_287 (v286[13:0], v28[13:0], v287[15:0]); // 3.0
    wire [16:0] v288; assign v288[16:0] = model_inp[2050:2034]; // 2.0
    wire [17:0] v289; shift_adder #(17, 14, 1, 1, 18, 3, 0) op_289 (v288[16:0], v242[13:0], v289[17:0]); // 3.0
    wire [10:0] v290; assign v290[10:0] = model_inp[2061:2051]; // 2.0
    wire [12:0] v291; shift_adder #(11, 13, 1, 1, 13, -1, 0) op_291 (v290[10:0], v12[12:0], v291[12:0]); // 3.0
    wire [16:0] v292; shift_adder #(14, 10, 0, 1, 17, -2, 1) op_292 (v86[13:0], v118[9:0], v292[16:0]); // 3.0
    wire [10:0] v293; assign v293[10:0] = model_inp[2072:2062]; // 2.0
    wire [16:0] v294; assign v294[16:0] = model_inp[2089:2073]; // 2.0
    wire [17:0] v295; shift_adder #(11, 17, 1, 1, 18, -6, 0) op_295 (v293[10:0], v294[16:0], v295[17:0]); // 3.0
    wire [11:0] v296; shift_adder #(11, 10, 1, 1, 12, 0, 0) op_296 (v9[10:0], v59[9:0], v296[11:0]); // 3.0
    wire [7:0] v297; assign v297[7:0] = model_inp[2097:2090]; // 2.0
    wire [14:0] v298; shift_adder #(8, 13, 0, 1, 15, 2, 1) op_298 (v297[7:0], v167[12:0], v298[14:0]); // 3.0
    wire [12:0] v299; assign v299[12:0] = model_inp[2110:2098]; // 2.0
    wire [14:0] v300; shift_adder #(11, 13, 1, 1, 15, -3, 0) op_300 (v7[10:0], v299[12:0], v300[14:0]); // 3.0
    wire [12:0] v301; assign v301[12:0] = model_inp[2123:2111]; // 2.0
    wire [11:0] v302; assign v302[11:0] = model_inp[2135:2124]; // 2.0
    wire [13:0] v303; shift_adder #(13, 12, 1, 1, 14, 0, 0) op_303 (v301[12:0], v302[11:0], v303[13:0]); // 3.0
    wire [7:0] v304; assign v304[7:0] = model_inp[2143:2136]; // 2.0
    wire [15:0] v305; assign v305[15:0] = model_inp[2159:2144]; // 2.0
    wire [15:0] v306; shift_adder #(8, 16, 0, 1, 16, -4, 0) op_306 (v304[7:0], v305[15:0], v306[15:0]); // 3.0
    wire [9:0] v307; assign v307[9:0] = model_inp[2169:2160]; // 2.0
    wire [13:0] v308; shift_adder #(13, 10, 1, 0, 14, 2, 0) op_308 (v96[12:0], v307[9:0], v308[13:0]); // 3.0
    wire [13:0] v309; assign v309[13:0] = model_inp[2183:2170]; // 2.0
    wire [14:0] v310; shift_adder #(11, 14, 1, 1, 15, -2, 0) op_310 (v30[10:0], v309[13:0], v310[14:0]); // 3.0
    wire [12:0] v311; shift_adder #(12, 13, 1, 1, 13, 0, 0) op_311 (v6[11:0], v122[12:0], v311[12:0]); // 3.0
    wire [8:0] v312; assign v312[8:0] = model_inp[2192:2184]; // 2.0
    wire [16:0] v313; shift_adder #(10, 9, 1, 1, 17, 7, 1) op_313 (v168[9:0], v312[8:0], v313[16:0]); // 3.0
    wire [7:0] v314; assign v314[7:0] = model_inp[2200:2193]; // 2.0
    wire [11:0] v315; assign v315[11:0] = model_inp[2212:2201]; // 2.0
    wire [13:0] v316; shift_adder #(8, 12, 0, 1, 14, 2, 0) op_316 (v314[7:0], v315[11:0], v316[13:0]); // 3.0
    wire [11:0] v317; assign v317[11:0] = model_inp[2224:2213]; // 2.0
    wire [11:0] v318; shift_adder #(12, 11, 1, 1, 12, 0, 0) op_318 (v317[11:0], v1[10:0], v318[11:0]); // 3.0
    wire [16:0] v319; shift_adder #(13, 13, 1, 1, 17, 4, 1) op_319 (v238[12:0], v165[12:0], v319[16:0]); // 3.0
    wire [7:0] v320; assign v320[7:0] = model_inp[2232:2225]; // 2.0
    wire [9:0] v321; assign v321[9:0] = model_inp[2242:2233]; // 2.0
    wire [10:0] v322; shift_adder #(8, 10, 0, 0, 11, 0, 1) op_322 (v320[7:0], v321[9:0], v322[10:0]); // 3.0
    wire [12:0] v323; assign v323[12:0] = model_inp[2255:2243]; // 2.0
    wire [14:0] v324; shift_adder #(11, 13, 0, 1, 15, 2, 0) op_324 (v154[10:0], v323[12:0], v324[14:0]); // 3.0
    wire [8:0] v325; assign v325[8:0] = model_inp[2264:2256]; // 2.0
    wire [15:0] v326; shift_adder #(9, 13, 0, 1, 16, 3, 0) op_326 (v325[8:0], v266[12:0], v326[15:0]); // 3.0
    wire [11:0] v327; assign v327[11:0] = model_inp[2276:2265]; // 2.0
    wire [12:0] v328; assign v328[12:0] = model_inp[2289:2277]; // 2.0
    wire [15:0] v329; shift_adder #(12, 13, 0, 1, 16, -3, 0) op_329 (v327[11:0], v328[12:0], v329[15:0]); // 3.0
    wire [12:0] v330; shift_adder #(12, 11, 1, 1, 13, 1, 0) op_330 (v19[11:0], v162[10:0], v330[12:0]); // 3.0
    wire [10:0] v331; assign v331[10:0] = model_inp[2300:2290]; // 2.0
    wire [11:0] v332; shift_adder #(11, 11, 1, 1, 12, 0, 0) op_332 (v1[10:0], v331[10:0], v332[11:0]); // 3.0
    wire [15:0] v333; assign v333[15:0] = model_inp[2316:2301]; // 2.0
    wire [16:0] v334; shift_adder #(16, 14, 1, 1, 17, 3, 0) op_334 (v333[15:0], v111[13:0], v334[16:0]); // 3.0
    wire [9:0] v335; assign v335[9:0] = model_inp[2326:2317]; // 2.0
    wire [12:0] v336; assign v336[12:0] = model_inp[2339:2327]; // 2.0
    wire [13:0] v337; shift_adder #(10, 13, 0, 1, 14, -1, 0) op_337 (v335[9:0], v336[12:0], v337[13:0]); // 3.0
    wire [8:0] v338; assign v338[8:0] = model_inp[2348:2340]; // 2.0
    wire [11:0] v339; shift_adder #(9, 10, 0, 1, 12, -1, 0) op_339 (v338[8:0], v157[9:0], v339[11:0]); // 3.0
    wire [11:0] v340; assign v340[11:0] = model_inp[2360:2349]; // 2.0
    wire [13:0] v341; shift_adder #(12, 12, 0, 1, 14, 1, 0) op_341 (v24[11:0], v340[11:0], v341[13:0]); // 3.0
    wire [10:0] v342; assign v342[10:0] = model_inp[2371:2361]; // 2.0
    wire [11:0] v343; assign v343[11:0] = model_inp[2383:2372]; // 2.0
    wire [13:0] v344; shift_adder #(11, 12, 1, 0, 14, -2, 0) op_344 (v342[10:0], v343[11:0], v344[13:0]); // 3.0
    wire [11:0] v345; assign v345[11:0] = model_inp[2395:2384]; // 2.0
    wire [11:0] v346; shift_adder #(10, 12, 0, 1, 12, 0, 0) op_346 (v108[9:0], v345[11:0], v346[11:0]); // 3.0
    wire [10:0] v347; assign v347[10:0] = model_inp[2406:2396]; // 2.0
    wire [12:0] v348; shift_adder #(12, 11, 1, 0, 13, 0, 0) op_348 (v51[11:0], v347[10:0], v348[12:0]); // 3.0
    wire [12:0] v349; assign v349[12:0] = model_inp[2419:2407]; // 2.0
    wire [10:0] v350; assign v350[10:0] = model_inp[2430:2420]; // 2.0
    wire [13:0] v351; shift_adder #(13, 11, 1, 0, 14, 1, 0) op_351 (v349[12:0], v350[10:0], v351[13:0]); // 3.0
    wire [13:0] v352; shift_adder #(13, 12, 1, 0, 14, 0, 0) op_352 (v91[12:0], v343[11:0], v352[13:0]); // 3.0
    wire [16:0] v353; shift_adder #(10, 10, 0, 0, 17, -6, 1) op_353 (v321[9:0], v115[9:0], v353[16:0]); // 3.0
    wire [11:0] v354; assign v354[11:0] = model_inp[2442:2431]; // 2.0
    wire [17:0] v355; shift_adder #(12, 9, 1, 0, 18, 7, 1) op_355 (v354[11:0], v141[8:0], v355[17:0]); // 3.0
    wire [15:0] v356; assign v356[15:0] = model_inp[2458:2443]; // 2.0
    wire [16:0] v357; assign v357[16:0] = model_inp[2475:2459]; // 2.0
    wire [17:0] v358; shift_adder #(16, 17, 1, 1, 18, 0, 0) op_358 (v356[15:0], v357[16:0], v358[17:0]); // 3.0
    wire [11:0] v359; shift_adder #(12, 10, 1, 1, 12, 0, 1) op_359 (v317[11:0], v177[9:0], v359[11:0]); // 3.0
    wire [14:0] v360; assign v360[14:0] = model_inp[2490:2476]; // 2.0
    wire [16:0] v361; shift_adder #(10, 15, 1, 1, 17, -6, 0) op_361 (v248[9:0], v360[14:0], v361[16:0]); // 3.0
    wire [11:0] v362; assign v362[11:0] = model_inp[2502:2491]; // 2.0
    wire [14:0] v363; shift_adder #(13, 12, 1, 0, 15, 1, 0) op_363 (v70[12:0], v362[11:0], v363[14:0]); // 3.0
    wire [11:0] v364; assign v364[11:0] = model_inp[2514:2503]; // 2.0
    wire [13:0] v365; shift_adder #(12, 12, 1, 1, 14, 1, 0) op_365 (v364[11:0], v36[11:0], v365[13:0]); // 3.0
    wire [9:0] v366; assign v366[9:0] = model_inp[2524:2515]; // 2.0
    wire [12:0] v367; assign v367[12:0] = model_inp[2537:2525]; // 2.0
    wire [13:0] v368; shift_adder #(10, 13, 1, 1, 14, -3, 0) op_368 (v366[9:0], v367[12:0], v368[13:0]); // 3.0
    wire [13:0] v369; shift_adder #(13, 12, 1, 1, 14, 0, 0) op_369 (v301[12:0], v48[11:0], v369[13:0]); // 3.0
    wire [12:0] v370; shift_adder #(11, 12, 1, 1, 13, -1, 0) op_370 (v268[10:0], v74[11:0], v370[12:0]); // 3.0
    wire [10:0] v371; shift_adder #(10, 10, 1, 1, 11, 0, 0) op_371 (v366[9:0], v106[9:0], v371[10:0]); // 3.0
    wire [14:0] v372; assign v372[14:0] = model_inp[2552:2538]; // 2.0
    wire [14:0] v373; assign v373[14:0] = model_inp[2567:2553]; // 2.0
    wire [15:0] v374; shift_adder #(15, 15, 1, 1, 16, 0, 0) op_374 (v372[14:0], v373[14:0], v374[15:0]); // 3.0
    wire [11:0] v375; shift_adder #(12, 11, 1, 1, 12, 0, 0) op_375 (v6[11:0], v220[10:0], v375[11:0]); // 3.0
    wire [10:0] v376; assign v376[10:0] = model_inp[2578:2568]; // 2.0
    wire [11:0] v377; assign v377[11:0] = model_inp[2590:2579]; // 2.0
    wire [12:0] v378; shift_adder #(11, 12, 1, 1, 13, 0, 0) op_378 (v376[10:0], v377[11:0], v378[12:0]); // 3.0
    wire [11:0] v379; shift_adder #(10, 11, 1, 1, 12, 0, 0) op_379 (v174[9:0], v235[10:0], v379[11:0]); // 3.0
    wire [11:0] v380; assign v380[11:0] = model_inp[2602:2591]; // 2.0
    wire [15:0] v381; shift_adder #(12, 10, 1, 1, 16, -4, 1) op_381 (v380[11:0], v118[9:0], v381[15:0]); // 3.0
    wire [11:0] v382; assign v382[11:0] = model_inp[2614:2603]; // 2.0
    wire [12:0] v383; assign v383[12:0] = model_inp[2627:2615]; // 2.0
    wire [14:0] v384; shift_adder #(12, 13, 1, 1, 15, 1, 0) op_384 (v382[11:0], v383[12:0], v384[14:0]); // 3.0
    wire [11:0] v385; assign v385[11:0] = model_inp[2639:2628]; // 2.0
    wire [12:0] v386; shift_adder #(12, 12, 0, 1, 13, 0, 0) op_386 (v385[11:0], v42[11:0], v386[12:0]); // 3.0
    wire [11:0] v387; assign v387[11:0] = model_inp[2651:2640]; // 2.0
    wire [12:0] v388; shift_adder #(12, 12, 1, 1, 13, -1, 0) op_388 (v387[11:0], v354[11:0], v388[12:0]); // 3.0
    wire [13:0] v389; shift_adder #(14, 13, 1, 1, 14, 0, 0) op_389 (v280[13:0], v132[12:0], v389[13:0]); // 3.0
    wire [7:0] v390; assign v390[7:0] = model_inp[2659:2652]; // 2.0
    wire [10:0] v391; assign v391[10:0] = model_inp[2670:2660]; // 2.0
    wire [7:0] v392; assign v392[7:0] = model_inp[2678:2671]; // 2.0
    wire [11:0] v393; assign v393[11:0] = model_inp[2690:2679]; // 2.0
    wire [8:0] v394; assign v394[8:0] = model_inp[2699:2691]; // 2.0
    wire [10:0] v395; assign v395[10:0] = model_inp[2710:2700]; // 2.0
    wire [7:0] v396; assign v396[7:0] = model_inp[2718:2711]; // 2.0
    wire [8:0] v397; assign v397[8:0] = model_inp[2727:2719]; // 2.0
    wire [9:0] v398; assign v398[9:0] = model_inp[2737:2728]; // 2.0
    wire [7:0] v399; assign v399[7:0] = model_inp[2745:2738]; // 2.0
    wire [7:0] v400; assign v400[7:0] = model_inp[2753:2746]; // 2.0
    wire [7:0] v401; assign v401[7:0] = model_inp[2761:2754]; // 2.0
    wire [7:0] v402; assign v402[7:0] = model_inp[2769:2762]; // 2.0
    wire [7:0] v403; assign v403[7:0] = model_inp[2777:2770]; // 2.0
    wire [8:0] v404; assign v404[8:0] = model_inp[2786:2778]; // 2.0
    wire [8:0] v405; assign v405[8:0] = model_inp[2795:2787]; // 2.0
    wire [8:0] v406; assign v406[8:0] = model_inp[2804:2796]; // 2.0
    wire [7:0] v407; assign v407[7:0] = model_inp[2812:2805]; // 2.0
    wire [12:0] v408; assign v408[12:0] = model_inp[2825:2813]; // 2.0
    wire [7:0] v409; assign v409[7:0] = model_inp[2833:2826]; // 2.0
    wire [9:0] v410; assign v410[9:0] = model_inp[2843:2834]; // 2.0
    wire [7:0] v411; assign v411[7:0] = model_inp[2851:2844]; // 2.0
    wire [7:0] v412; assign v412[7:0] = model_inp[2859:2852]; // 2.0
    wire [7:0] v413; assign v413[7:0] = model_inp[2867:2860]; // 2.0
    wire [7:0] v414; assign v414[7:0] = model_inp[2875:2868]; // 2.0
    wire [7:0] v415; assign v415[7:0] = model_inp[2883:2876]; // 2.0

    // verilator lint_on UNUSEDSIGNAL

    assign model_out[11:0] = v2[11:0];
    assign model_out[24:12] = v5[12:0];
    assign model_out[32:25] = v105[7:0];
    assign model_out[46:33] = v8[13:0];
    assign model_out[54:47] = v144[7:0];
    assign model_out[66:55] = v11[11:0];
    assign model_out[79:67] = v14[12:0];
    assign model_out[92:80] = v17[12:0];
    assign model_out[100:93] = v390[7:0];
    assign model_out[112:101] = v20[11:0];
    assign model_out[129:113] = v23[16:0];
    assign model_out[143:130] = v26[13:0];
    assign model_out[151:144] = v314[7:0];
    assign model_out[165:152] = v29[13:0];
    assign model_out[180:166] = v31[14:0];
    assign model_out[196:181] = v34[15:0];
    assign model_out[212:197] = v37[15:0];
    assign model_out[225:213] = v40[12:0];
    assign model_out[238:226] = v43[12:0];
    assign model_out[254:239] = v46[15:0];
    assign model_out[267:255] = v49[12:0];
    assign model_out[282:268] = v52[14:0];
    assign model_out[293:283] = v55[10:0];
    assign model_out[304:294] = v391[10:0];
    assign model_out[316:305] = v57[11:0];
    assign model_out[327:317] = v60[10:0];
    assign model_out[340:328] = v63[12:0];
    assign model_out[356:341] = v66[15:0];
    assign model_out[367:357] = v69[10:0];
    assign model_out[381:368] = v72[13:0];
    assign model_out[389:382] = v392[7:0];
    assign model_out[401:390] = v75[11:0];
    assign model_out[413:402] = v78[11:0];
    assign model_out[424:414] = v81[10:0];
    assign model_out[432:425] = v304[7:0];
    assign model_out[448:433] = v87[15:0];
    assign model_out[461:449] = v89[12:0];
    assign model_out[475:462] = v92[13:0];
    assign model_out[487:476] = v393[11:0];
    assign model_out[500:488] = v95[12:0];
    assign model_out[515:501] = v98[14:0];
    assign model_out[531:516] = v101[15:0];
    assign model_out[546:532] = v104[14:0];
    assign model_out[556:547] = v107[9:0];
    assign model_out[565:557] = v394[8:0];
    assign model_out[579:566] = v110[13:0];
    assign model_out[593:580] = v113[13:0];
    assign model_out[605:594] = v116[11:0];
    assign model_out[616:606] = v395[10:0];
    assign model_out[630:617] = v121[13:0];
    assign model_out[643:631] = v123[12:0];
    assign model_out[655:644] = v126[11:0];
    assign model_out[665:656] = v282[9:0];
    assign model_out[680:666] = v128[14:0];
    assign model_out[697:681] = v131[16:0];
    assign model_out[710:698] = v133[12:0];
    assign model_out[722:711] = v136[11:0];
    assign model_out[736:723] = v139[13:0];
    assign model_out[748:737] = v140[11:0];
    assign model_out[756:749] = v396[7:0];
    assign model_out[771:757] = v143[14:0];
    assign model_out[779:772] = v15[7:0];
    assign model_out[791:780] = v145[11:0];
    assign model_out[804:792] = v147[12:0];
    assign model_out[821:805] = v149[16:0];
    assign model_out[834:822] = v152[12:0];
    assign model_out[847:835] = v155[12:0];
    assign model_out[859:848] = v158[11:0];
    assign model_out[868:860] = v397[8:0];
    assign model_out[884:869] = v160[15:0];
    assign model_out[896:885] = v163[11:0];
    assign model_out[906:897] = v398[9:0];
    assign model_out[919:907] = v166[12:0];
    assign model_out[933:920] = v169[13:0];
    assign model_out[941:934] = v399[7:0];
    assign model_out[954:942] = v171[12:0];
    assign model_out[968:955] = v175[13:0];
    assign model_out[984:969] = v178[15:0];
    assign model_out[1000:985] = v180[15:0];
    assign model_out[1017:1001] = v183[16:0];
    assign model_out[1028:1018] = v120[10:0];
    assign model_out[1040:1029] = v185[11:0];
    assign model_out[1053:1041] = v188[12:0];
    assign model_out[1066:1054] = v191[12:0];
    assign model_out[1079:1067] = v194[12:0];
    assign model_out[1093:1080] = v197[13:0];
    assign model_out[1108:1094] = v200[14:0];
    assign model_out[1122:1109] = v203[13:0];
    assign model_out[1136:1123] = v204[13:0];
    assign model_out[1149:1137] = v207[12:0];
    assign model_out[1161:1150] = v209[11:0];
    assign model_out[1178:1162] = v288[16:0];
    assign model_out[1190:1179] = v212[11:0];
    assign model_out[1206:1191] = v214[15:0];
    assign model_out[1219:1207] = v216[12:0];
    assign model_out[1236:1220] = v218[16:0];
    assign model_out[1244:1237] = v400[7:0];
    assign model_out[1256:1245] = v221[11:0];
    assign model_out[1269:1257] = v223[12:0];
    assign model_out[1284:1270] = v225[14:0];
    assign model_out[1299:1285] = v228[14:0];
    assign model_out[1315:1300] = v230[15:0];
    assign model_out[1331:1316] = v233[15:0];
    assign model_out[1345:1332] = v236[13:0];
    assign model_out[1359:1346] = v239[13:0];
    assign model_out[1367:1360] = v240[7:0];
    assign model_out[1380:1368] = v241[12:0];
    assign model_out[1394:1381] = v244[13:0];
    assign model_out[1402:1395] = v401[7:0];
    assign model_out[1415:1403] = v246[12:0];
    assign model_out[1423:1416] = v402[7:0];
    assign model_out[1436:1424] = v249[12:0];
    assign model_out[1452:1437] = v252[15:0];
    assign model_out[1460:1453] = v403[7:0];
    assign model_out[1472:1461] = v254[11:0];
    assign model_out[1484:1473] = v255[11:0];
    assign model_out[1493:1485] = v404[8:0];
    assign model_out[1506:1494] = v258[12:0];
    assign model_out[1522:1507] = v261[15:0];
    assign model_out[1538:1523] = v263[15:0];
    assign model_out[1552:1539] = v267[13:0];
    assign model_out[1561:1553] = v405[8:0];
    assign model_out[1574:1562] = v270[12:0];
    assign model_out[1587:1575] = v272[12:0];
    assign model_out[1602:1588] = v274[14:0];
    assign model_out[1619:1603] = v277[16:0];
    assign model_out[1632:1620] = v279[12:0];
    assign model_out[1641:1633] = v406[8:0];
    assign model_out[1656:1642] = v281[14:0];
    assign model_out[1668:1657] = v283[11:0];
    assign model_out[1682:1669] = v285[13:0];
    assign model_out[1698:1683] = v287[15:0];
    assign model_out[1716:1699] = v289[17:0];
    assign model_out[1729:1717] = v291[12:0];
    assign model_out[1746:1730] = v292[16:0];
    assign model_out[1764:1747] = v295[17:0];
    assign model_out[1776:1765] = v296[11:0];
    assign model_out[1791:1777] = v298[14:0];
    assign model_out[1806:1792] = v300[14:0];
    assign model_out[1820:1807] = v303[13:0];
    assign model_out[1828:1821] = v58[7:0];
    assign model_out[1844:1829] = v306[15:0];
    assign model_out[1858:1845] = v308[13:0];
    assign model_out[1873:1859] = v310[14:0];
    assign model_out[1886:1874] = v311[12:0];
    assign model_out[1903:1887] = v313[16:0];
    assign model_out[1919:1904] = v119[15:0];
    assign model_out[1933:1920] = v316[13:0];
    assign model_out[1945:1934] = v318[11:0];
    assign model_out[1953:1946] = v219[7:0];
    assign model_out[1970:1954] = v319[16:0];
    assign model_out[1981:1971] = v322[10:0];
    assign model_out[1996:1982] = v324[14:0];
    assign model_out[2010:1997] = v181[13:0];
    assign model_out[2026:2011] = v326[15:0];
    assign model_out[2042:2027] = v329[15:0];
    assign model_out[2055:2043] = v330[12:0];
    assign model_out[2067:2056] = v332[11:0];
    assign model_out[2084:2068] = v334[16:0];
    assign model_out[2098:2085] = v337[13:0];
    assign model_out[2106:2099] = v407[7:0];
    assign model_out[2118:2107] = v339[11:0];
    assign model_out[2132:2119] = v341[13:0];
    assign model_out[2146:2133] = v344[13:0];
    assign model_out[2158:2147] = v346[11:0];
    assign model_out[2171:2159] = v348[12:0];
    assign model_out[2181:2172] = v77[9:0];
    assign model_out[2195:2182] = v351[13:0];
    assign model_out[2209:2196] = v352[13:0];
    assign model_out[2226:2210] = v353[16:0];
    assign model_out[2244:2227] = v355[17:0];
    assign model_out[2262:2245] = v358[17:0];
    assign model_out[2274:2263] = v359[11:0];
    assign model_out[2291:2275] = v361[16:0];
    assign model_out[2306:2292] = v363[14:0];
    assign model_out[2320:2307] = v365[13:0];
    assign model_out[2334:2321] = v368[13:0];
    assign model_out[2348:2335] = v369[13:0];
    assign model_out[2361:2349] = v370[12:0];
    assign model_out[2377:2362] = v374[15:0];
    assign model_out[2389:2378] = v375[11:0];
    assign model_out[2402:2390] = v378[12:0];
    assign model_out[2415:2403] = v408[12:0];
    assign model_out[2427:2416] = v379[11:0];
    assign model_out[2443:2428] = v381[15:0];
    assign model_out[2458:2444] = v384[14:0];
    assign model_out[2471:2459] = v386[12:0];
    assign model_out[2484:2472] = v388[12:0];
    assign model_out[2498:2485] = v389[13:0];
    assign model_out[2506:2499] = v93[7:0];
    assign model_out[2521:2507] = v84[14:0];
    assign model_out[2529:2522] = v409[7:0];
    assign model_out[2538:2530] = v325[8:0];
    assign model_out[2551:2539] = v173[12:0];
    assign model_out[2561:2552] = v410[9:0];
    assign model_out[2574:2562] = v264[12:0];
    assign model_out[2582:2575] = v411[7:0];
    assign model_out[2590:2583] = v412[7:0];
    assign model_out[2601:2591] = v371[10:0];
    assign model_out[2609:2602] = v413[7:0];
    assign model_out[2617:2610] = v414[7:0];
    assign model_out[2625:2618] = v415[7:0];

endmodule
