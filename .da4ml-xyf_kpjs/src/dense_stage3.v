`timescale 1 ns / 1 ps

module dense_stage3 (
    input [2625:0] model_inp,
    output [1877:0] model_out
);

    // verilator lint_off UNUSEDSIGNAL
    // Explicit quantization operation will drop bits if exists

    wire [11:0] v0; assign v0[11:0] = model_inp[11:0]; // 3.0
    wire [12:0] v1; assign v1[12:0] = model_inp[24:12]; // 3.0
    wire [13:0] v2; shift_adder #(12, 13, 1, 1, 14, 0, 0) op_2 (v0[11:0], v1[12:0], v2[13:0]); // 4.0
    wire [7:0] v3; assign v3[7:0] = model_inp[32:25]; // 3.0
    wire [13:0] v4; assign v4[13:0] = model_inp[46:33]; // 3.0
    wire [13:0] v5; shift_adder #(8, 14, 0, 1, 14, -3, 0) op_5 (v3[7:0], v4[13:0], v5[13:0]); // 4.0
    wire [7:0] v6; assign v6[7:0] = model_inp[54:47]; // 3.0
    wire [11:0] v7; assign v7[11:0] = model_inp[66:55]; // 3.0
    wire [12:0] v8; shift_adder #(8, 12, 0, 1, 13, -3, 0) op_8 (v6[7:0], v7[11:0], v8[12:0]); // 4.0
    wire [12:0] v9; assign v9[12:0] = model_inp[79:67]; // 3.0
    wire [12:0] v10; assign v10[12:0] = model_inp[92:80]; // 3.0
    wire [13:0] v11; shift_adder #(13, 13, 1, 1, 14, 0, 0) op_11 (v9[12:0], v10[12:0], v11[13:0]); // 4.0
    wire [7:0] v12; assign v12[7:0] = model_inp[100:93]; // 3.0
    wire [11:0] v13; assign v13[11:0] = model_inp[112:101]; // 3.0
    wire [11:0] v14; shift_adder #(8, 12, 0, 1, 12, -1, 0) op_14 (v12[7:0], v13[11:0], v14[11:0]); // 4.0
    wire [16:0] v15; assign v15[16:0] = model_inp[129:113]; // 3.0
    wire [13:0] v16; assign v16[13:0] = model_inp[143:130]; // 3.0
    wire [17:0] v17; shift_adder #(17, 14, 1, 1, 18, 3, 0) op_17 (v15[16:0], v16[13:0], v17[17:0]); // 4.0
    wire [7:0] v18; assign v18[7:0] = model_inp[151:144]; // 3.0
    wire [13:0] v19; assign v19[13:0] = model_inp[165:152]; // 3.0
    wire [14:0] v20; shift_adder #(8, 14, 0, 1, 15, -5, 0) op_20 (v18[7:0], v19[13:0], v20[14:0]); // 4.0
    wire [14:0] v21; assign v21[14:0] = model_inp[180:166]; // 3.0
    wire [15:0] v22; assign v22[15:0] = model_inp[196:181]; // 3.0
    wire [15:0] v23; shift_adder #(15, 16, 1, 1, 16, 0, 0) op_23 (v21[14:0], v22[15:0], v23[15:0]); // 4.0
    wire [15:0] v24; assign v24[15:0] = model_inp[212:197]; // 3.0
    wire [12:0] v25; assign v25[12:0] = model_inp[225:213]; // 3.0
    wire [16:0] v26; shift_adder #(16, 13, 1, 1, 17, 3, 0) op_26 (v24[15:0], v25[12:0], v26[16:0]); // 4.0
    wire [12:0] v27; assign v27[12:0] = model_inp[238:226]; // 3.0
    wire [15:0] v28; assign v28[15:0] = model_inp[254:239]; // 3.0
    wire [16:0] v29; shift_adder #(13, 16, 1, 1, 17, -3, 0) op_29 (v27[12:0], v28[15:0], v29[16:0]); // 4.0
    wire [12:0] v30; assign v30[12:0] = model_inp[267:255]; // 3.0
    wire [14:0] v31; assign v31[14:0] = model_inp[282:268]; // 3.0
    wire [16:0] v32; shift_adder #(13, 15, 1, 1, 17, -3, 0) op_32 (v30[12:0], v31[14:0], v32[16:0]); // 4.0
    wire [10:0] v33; assign v33[10:0] = model_inp[293:283]; // 3.0
    wire [10:0] v34; assign v34[10:0] = model_inp[304:294]; // 3.0
    wire [12:0] v35; shift_adder #(11, 11, 1, 1, 13, 1, 0) op_35 (v33[10:0], v34[10:0], v35[12:0]); // 4.0
    wire [11:0] v36; assign v36[11:0] = model_inp[316:305]; // 3.0
    wire [10:0] v37; assign v37[10:0] = model_inp[327:317]; // 3.0
    wire [11:0] v38; shift_adder #(12, 11, 1, 1, 12, 0, 0) op_38 (v36[11:0], v37[10:0], v38[11:0]); // 4.0
    wire [12:0] v39; assign v39[12:0] = model_inp[340:328]; // 3.0
    wire [15:0] v40; assign v40[15:0] = model_inp[356:341]; // 3.0
    wire [16:0] v41; shift_adder #(13, 16, 1, 1, 17, -3, 0) op_41 (v39[12:0], v40[15:0], v41[16:0]); // 4.0
    wire [10:0] v42; assign v42[10:0] = model_inp[367:357]; // 3.0
    wire [13:0] v43; assign v43[13:0] = model_inp[381:368]; // 3.0
    wire [14:0] v44; shift_adder #(11, 14, 1, 1, 15, -3, 0) op_44 (v42[10:0], v43[13:0], v44[14:0]); // 4.0
    wire [7:0] v45; assign v45[7:0] = model_inp[389:382]; // 3.0
    wire [11:0] v46; assign v46[11:0] = model_inp[401:390]; // 3.0
    wire [14:0] v47; shift_adder #(8, 12, 0, 1, 15, 2, 1) op_47 (v45[7:0], v46[11:0], v47[14:0]); // 4.0
    wire [11:0] v48; assign v48[11:0] = model_inp[413:402]; // 3.0
    wire [10:0] v49; assign v49[10:0] = model_inp[424:414]; // 3.0
    wire [12:0] v50; shift_adder #(12, 11, 1, 0, 13, 0, 0) op_50 (v48[11:0], v49[10:0], v50[12:0]); // 4.0
    wire [7:0] v51; assign v51[7:0] = model_inp[432:425]; // 3.0
    wire [15:0] v52; assign v52[15:0] = model_inp[448:433]; // 3.0
    wire [15:0] v53; shift_adder #(8, 16, 0, 1, 16, -4, 1) op_53 (v51[7:0], v52[15:0], v53[15:0]); // 4.0
    wire [12:0] v54; assign v54[12:0] = model_inp[461:449]; // 3.0
    wire [13:0] v55; assign v55[13:0] = model_inp[475:462]; // 3.0
    wire [14:0] v56; shift_adder #(13, 14, 1, 1, 15, 0, 0) op_56 (v54[12:0], v55[13:0], v56[14:0]); // 4.0
    wire [11:0] v57; assign v57[11:0] = model_inp[487:476]; // 3.0
    wire [12:0] v58; assign v58[12:0] = model_inp[500:488]; // 3.0
    wire [13:0] v59; shift_adder #(12, 13, 1, 1, 14, 0, 1) op_59 (v57[11:0], v58[12:0], v59[13:0]); // 4.0
    wire [14:0] v60; assign v60[14:0] = model_inp[515:501]; // 3.0
    wire [15:0] v61; assign v61[15:0] = model_inp[531:516]; // 3.0
    wire [15:0] v62; shift_adder #(15, 16, 1, 1, 16, 0, 0) op_62 (v60[14:0], v61[15:0], v62[15:0]); // 4.0
    wire [14:0] v63; assign v63[14:0] = model_inp[546:532]; // 3.0
    wire [9:0] v64; assign v64[9:0] = model_inp[556:547]; // 3.0
    wire [15:0] v65; shift_adder #(15, 10, 0, 1, 16, 0, 1) op_65 (v63[14:0], v64[9:0], v65[15:0]); // 4.0
    wire [8:0] v66; assign v66[8:0] = model_inp[565:557]; // 3.0
    wire [13:0] v67; assign v67[13:0] = model_inp[579:566]; // 3.0
    wire [13:0] v68; shift_adder #(9, 14, 1, 1, 14, -2, 1) op_68 (v66[8:0], v67[13:0], v68[13:0]); // 4.0
    wire [13:0] v69; assign v69[13:0] = model_inp[593:580]; // 3.0
    wire [11:0] v70; assign v70[11:0] = model_inp[605:594]; // 3.0
    wire [13:0] v71; shift_adder #(14, 12, 1, 0, 14, 0, 0) op_71 (v69[13:0], v70[11:0], v71[13:0]); // 4.0
    wire [10:0] v72; assign v72[10:0] = model_inp[616:606]; // 3.0
    wire [13:0] v73; shift_adder #(11, 11, 1, 1, 14, 3, 1) op_73 (v72[10:0], v37[10:0], v73[13:0]); // 4.0
    wire [13:0] v74; assign v74[13:0] = model_inp[630:617]; // 3.0
    wire [12:0] v75; assign v75[12:0] = model_inp[643:631]; // 3.0
    wire [13:0] v76; shift_adder #(14, 13, 1, 1, 14, 1, 0) op_76 (v74[13:0], v75[12:0], v76[13:0]); // 4.0
    wire [11:0] v77; assign v77[11:0] = model_inp[655:644]; // 3.0
    wire [9:0] v78; assign v78[9:0] = model_inp[665:656]; // 3.0
    wire [16:0] v79; shift_adder #(12, 10, 0, 0, 17, 6, 1) op_79 (v77[11:0], v78[9:0], v79[16:0]); // 4.0
    wire [14:0] v80; assign v80[14:0] = model_inp[680:666]; // 3.0
    wire [16:0] v81; assign v81[16:0] = model_inp[697:681]; // 3.0
    wire [17:0] v82; shift_adder #(15, 17, 1, 1, 18, -1, 0) op_82 (v80[14:0], v81[16:0], v82[17:0]); // 4.0
    wire [12:0] v83; assign v83[12:0] = model_inp[710:698]; // 3.0
    wire [11:0] v84; assign v84[11:0] = model_inp[722:711]; // 3.0
    wire [17:0] v85; shift_adder #(13, 12, 1, 1, 18, -5, 1) op_85 (v83[12:0], v84[11:0], v85[17:0]); // 4.0
    wire [13:0] v86; assign v86[13:0] = model_inp[736:723]; // 3.0
    wire [11:0] v87; assign v87[11:0] = model_inp[748:737]; // 3.0
    wire [14:0] v88; shift_adder #(14, 12, 1, 1, 15, 2, 0) op_88 (v86[13:0], v87[11:0], v88[14:0]); // 4.0
    wire [7:0] v89; assign v89[7:0] = model_inp[756:749]; // 3.0
    wire [14:0] v90; assign v90[14:0] = model_inp[771:757]; // 3.0
    wire [14:0] v91; shift_adder #(8, 15, 0, 1, 15, -1, 0) op_91 (v89[7:0], v90[14:0], v91[14:0]); // 4.0
    wire [7:0] v92; assign v92[7:0] = model_inp[779:772]; // 3.0
    wire [11:0] v93; assign v93[11:0] = model_inp[791:780]; // 3.0
    wire [15:0] v94; shift_adder #(8, 12, 0, 1, 16, 3, 0) op_94 (v92[7:0], v93[11:0], v94[15:0]); // 4.0
    wire [12:0] v95; assign v95[12:0] = model_inp[804:792]; // 3.0
    wire [16:0] v96; assign v96[16:0] = model_inp[821:805]; // 3.0
    wire [17:0] v97; shift_adder #(13, 17, 1, 1, 18, -4, 0) op_97 (v95[12:0], v96[16:0], v97[17:0]); // 4.0
    wire [12:0] v98; assign v98[12:0] = model_inp[834:822]; // 3.0
    wire [13:0] v99; shift_adder #(8, 13, 0, 1, 14, -4, 0) op_99 (v3[7:0], v98[12:0], v99[13:0]); // 4.0
    wire [12:0] v100; assign v100[12:0] = model_inp[847:835]; // 3.0
    wire [11:0] v101; assign v101[11:0] = model_inp[859:848]; // 3.0
    wire [13:0] v102; shift_adder #(13, 12, 0, 1, 14, 0, 0) op_102 (v100[12:0], v101[11:0], v102[13:0]); // 4.0
    wire [8:0] v103; assign v103[8:0] = model_inp[868:860]; // 3.0
    wire [13:0] v104; shift_adder #(9, 13, 1, 1, 14, -1, 1) op_104 (v103[8:0], v10[12:0], v104[13:0]); // 4.0
    wire [15:0] v105; assign v105[15:0] = model_inp[884:869]; // 3.0
    wire [11:0] v106; assign v106[11:0] = model_inp[896:885]; // 3.0
    wire [16:0] v107; shift_adder #(16, 12, 1, 1, 17, 4, 0) op_107 (v105[15:0], v106[11:0], v107[16:0]); // 4.0
    wire [9:0] v108; assign v108[9:0] = model_inp[906:897]; // 3.0
    wire [14:0] v109; shift_adder #(10, 13, 0, 1, 15, -3, 0) op_109 (v108[9:0], v30[12:0], v109[14:0]); // 4.0
    wire [12:0] v110; assign v110[12:0] = model_inp[919:907]; // 3.0
    wire [13:0] v111; assign v111[13:0] = model_inp[933:920]; // 3.0
    wire [14:0] v112; shift_adder #(13, 14, 1, 1, 15, -1, 0) op_112 (v110[12:0], v111[13:0], v112[14:0]); // 4.0
    wire [7:0] v113; assign v113[7:0] = model_inp[941:934]; // 3.0
    wire [12:0] v114; assign v114[12:0] = model_inp[954:942]; // 3.0
    wire [12:0] v115; shift_adder #(8, 13, 0, 1, 13, 0, 0) op_115 (v113[7:0], v114[12:0], v115[12:0]); // 4.0
    wire [13:0] v116; assign v116[13:0] = model_inp[968:955]; // 3.0
    wire [15:0] v117; assign v117[15:0] = model_inp[984:969]; // 3.0
    wire [16:0] v118; shift_adder #(14, 16, 1, 1, 17, -2, 0) op_118 (v116[13:0], v117[15:0], v118[16:0]); // 4.0
    wire [15:0] v119; assign v119[15:0] = model_inp[1000:985]; // 3.0
    wire [16:0] v120; assign v120[16:0] = model_inp[1017:1001]; // 3.0
    wire [17:0] v121; shift_adder #(16, 17, 1, 1, 18, 0, 0) op_121 (v119[15:0], v120[16:0], v121[17:0]); // 4.0
    wire [10:0] v122; assign v122[10:0] = model_inp[1028:1018]; // 3.0
    wire [11:0] v123; assign v123[11:0] = model_inp[1040:1029]; // 3.0
    wire [13:0] v124; shift_adder #(11, 12, 0, 1, 14, 2, 1) op_124 (v122[10:0], v123[11:0], v124[13:0]); // 4.0
    wire [12:0] v125; assign v125[12:0] = model_inp[1053:1041]; // 3.0
    wire [13:0] v126; shift_adder #(11, 13, 0, 1, 14, 0, 0) op_126 (v49[10:0], v125[12:0], v126[13:0]); // 4.0
    wire [12:0] v127; assign v127[12:0] = model_inp[1066:1054]; // 3.0
    wire [12:0] v128; assign v128[12:0] = model_inp[1079:1067]; // 3.0
    wire [13:0] v129; shift_adder #(13, 13, 1, 1, 14, 0, 0) op_129 (v127[12:0], v128[12:0], v129[13:0]); // 4.0
    wire [13:0] v130; assign v130[13:0] = model_inp[1093:1080]; // 3.0
    wire [13:0] v131; shift_adder #(8, 14, 0, 1, 14, -2, 1) op_131 (v18[7:0], v130[13:0], v131[13:0]); // 4.0
    wire [14:0] v132; assign v132[14:0] = model_inp[1108:1094]; // 3.0
    wire [13:0] v133; assign v133[13:0] = model_inp[1122:1109]; // 3.0
    wire [15:0] v134; shift_adder #(15, 14, 0, 0, 16, 0, 0) op_134 (v132[14:0], v133[13:0], v134[15:0]); // 4.0
    wire [13:0] v135; assign v135[13:0] = model_inp[1136:1123]; // 3.0
    wire [12:0] v136; assign v136[12:0] = model_inp[1149:1137]; // 3.0
    wire [14:0] v137; shift_adder #(14, 13, 1, 1, 15, 0, 0) op_137 (v135[13:0], v136[12:0], v137[14:0]); // 4.0
    wire [11:0] v138; assign v138[11:0] = model_inp[1161:1150]; // 3.0
    wire [12:0] v139; shift_adder #(10, 12, 1, 1, 13, -2, 0) op_139 (v64[9:0], v138[11:0], v139[12:0]); // 4.0
    wire [16:0] v140; assign v140[16:0] = model_inp[1178:1162]; // 3.0
    wire [16:0] v141; shift_adder #(11, 17, 1, 1, 17, 0, 1) op_141 (v42[10:0], v140[16:0], v141[16:0]); // 4.0
    wire [11:0] v142; assign v142[11:0] = model_inp[1190:1179]; // 3.0
    wire [15:0] v143; assign v143[15:0] = model_inp[1206:1191]; // 3.0
    wire [16:0] v144; shift_adder #(12, 16, 1, 1, 17, -3, 0) op_144 (v142[11:0], v143[15:0], v144[16:0]); // 4.0
    wire [12:0] v145; assign v145[12:0] = model_inp[1219:1207]; // 3.0
    wire [16:0] v146; assign v146[16:0] = model_inp[1236:1220]; // 3.0
    wire [17:0] v147; shift_adder #(13, 17, 1, 1, 18, -4, 0) op_147 (v145[12:0], v146[16:0], v147[17:0]); // 4.0
    wire [7:0] v148; assign v148[7:0] = model_inp[1244:1237]; // 3.0
    wire [11:0] v149; assign v149[11:0] = model_inp[1256:1245]; // 3.0
    wire [11:0] v150; shift_adder #(8, 12, 0, 1, 12, 0, 0) op_150 (v148[7:0], v149[11:0], v150[11:0]); // 4.0
    wire [12:0] v151; assign v151[12:0] = model_inp[1269:1257]; // 3.0
    wire [13:0] v152; shift_adder #(14, 13, 1, 0, 14, 0, 0) op_152 (v74[13:0], v151[12:0], v152[13:0]); // 4.0
    wire [14:0] v153; assign v153[14:0] = model_inp[1284:1270]; // 3.0
    wire [14:0] v154; assign v154[14:0] = model_inp[1299:1285]; // 3.0
    wire [15:0] v155; shift_adder #(15, 15, 1, 1, 16, 0, 0) op_155 (v153[14:0], v154[14:0], v155[15:0]); // 4.0
    wire [15:0] v156; assign v156[15:0] = model_inp[1315:1300]; // 3.0
    wire [15:0] v157; assign v157[15:0] = model_inp[1331:1316]; // 3.0
    wire [16:0] v158; shift_adder #(16, 16, 1, 1, 17, 0, 0) op_158 (v156[15:0], v157[15:0], v158[16:0]); // 4.0
    wire [13:0] v159; assign v159[13:0] = model_inp[1345:1332]; // 3.0
    wire [13:0] v160; assign v160[13:0] = model_inp[1359:1346]; // 3.0
    wire [14:0] v161; shift_adder #(14, 14, 1, 1, 15, -1, 0) op_161 (v159[13:0], v160[13:0], v161[14:0]); // 4.0
    wire [7:0] v162; assign v162[7:0] = model_inp[1367:1360]; // 3.0
    wire [12:0] v163; assign v163[12:0] = model_inp[1380:1368]; // 3.0
    wire [14:0] v164; shift_adder #(8, 13, 0, 1, 15, -5, 0) op_164 (v162[7:0], v163[12:0], v164[14:0]); // 4.0
    wire [13:0] v165; assign v165[13:0] = model_inp[1394:1381]; // 3.0
    wire [14:0] v166; shift_adder #(13, 14, 1, 1, 15, -1, 0) op_166 (v39[12:0], v165[13:0], v166[14:0]); // 4.0
    wire [7:0] v167; assign v167[7:0] = model_inp[1402:1395]; // 3.0
    wire [12:0] v168; assign v168[12:0] = model_inp[1415:1403]; // 3.0
    wire [12:0] v169; shift_adder #(8, 13, 0, 1, 13, 0, 1) op_169 (v167[7:0], v168[12:0], v169[12:0]); // 4.0
    wire [7:0] v170; assign v170[7:0] = model_inp[1423:1416]; // 3.0
    wire [12:0] v171; assign v171[12:0] = model_inp[1436:1424]; // 3.0
    wire [12:0] v172; shift_adder #(8, 13, 0, 1, 13, -1, 0) op_172 (v170[7:0], v171[12:0], v172[12:0]); // 4.0
    wire [15:0] v173; assign v173[15:0] = model_inp[1452:1437]; // 3.0
    wire [16:0] v174; shift_adder #(13, 16, 1, 1, 17, -2, 0) op_174 (v58[12:0], v173[15:0], v174[16:0]); // 4.0
    wire [7:0] v175; assign v175[7:0] = model_inp[1460:1453]; // 3.0
    wire [11:0] v176; assign v176[11:0] = model_inp[1472:1461]; // 3.0
    wire [11:0] v177; shift_adder #(8, 12, 0, 1, 12, -1, 0) op_177 (v175[7:0], v176[11:0], v177[11:0]); // 4.0
    wire [11:0] v178; assign v178[11:0] = model_inp[1484:1473]; // 3.0
    wire [17:0] v179; shift_adder #(17, 12, 1, 1, 18, -1, 1) op_179 (v96[16:0], v178[11:0], v179[17:0]); // 4.0
    wire [8:0] v180; assign v180[8:0] = model_inp[1493:1485]; // 3.0
    wire [12:0] v181; assign v181[12:0] = model_inp[1506:1494]; // 3.0
    wire [12:0] v182; shift_adder #(9, 13, 0, 1, 13, -2, 0) op_182 (v180[8:0], v181[12:0], v182[12:0]); // 4.0
    wire [15:0] v183; assign v183[15:0] = model_inp[1522:1507]; // 3.0
    wire [15:0] v184; assign v184[15:0] = model_inp[1538:1523]; // 3.0
    wire [16:0] v185; shift_adder #(16, 16, 1, 1, 17, 0, 0) op_185 (v183[15:0], v184[15:0], v185[16:0]); // 4.0
    wire [13:0] v186; assign v186[13:0] = model_inp[1552:1539]; // 3.0
    wire [14:0] v187; shift_adder #(14, 14, 1, 1, 15, 1, 0) op_187 (v186[13:0], v160[13:0], v187[14:0]); // 4.0
    wire [8:0] v188; assign v188[8:0] = model_inp[1561:1553]; // 3.0
    wire [13:0] v189; shift_adder #(9, 13, 0, 1, 14, 1, 1) op_189 (v188[8:0], v75[12:0], v189[13:0]); // 4.0
    wire [12:0] v190; assign v190[12:0] = model_inp[1574:1562]; // 3.0
    wire [12:0] v191; assign v191[12:0] = model_inp[1587:1575]; // 3.0
    wire [15:0] v192; shift_adder #(13, 13, 1, 0, 16, -2, 0) op_192 (v190[12:0], v191[12:0], v192[15:0]); // 4.0
    wire [14:0] v193; assign v193[14:0] = model_inp[1602:1588]; // 3.0
    wire [16:0] v194; assign v194[16:0] = model_inp[1619:1603]; // 3.0
    wire [17:0] v195; shift_adder #(15, 17, 1, 1, 18, -2, 0) op_195 (v193[14:0], v194[16:0], v195[17:0]); // 4.0
    wire [12:0] v196; assign v196[12:0] = model_inp[1632:1620]; // 3.0
    wire [14:0] v197; shift_adder #(13, 14, 1, 1, 15, -1, 0) op_197 (v196[12:0], v55[13:0], v197[14:0]); // 4.0
    wire [8:0] v198; assign v198[8:0] = model_inp[1641:1633]; // 3.0
    wire [14:0] v199; assign v199[14:0] = model_inp[1656:1642]; // 3.0
    wire [14:0] v200; shift_adder #(9, 15, 1, 1, 15, -4, 1) op_200 (v198[8:0], v199[14:0], v200[14:0]); // 4.0
    wire [11:0] v201; assign v201[11:0] = model_inp[1668:1657]; // 3.0
    wire [13:0] v202; assign v202[13:0] = model_inp[1682:1669]; // 3.0
    wire [13:0] v203; shift_adder #(12, 14, 1, 1, 14, 0, 0) op_203 (v201[11:0], v202[13:0], v203[13:0]); // 4.0
    wire [15:0] v204; assign v204[15:0] = model_inp[1698:1683]; // 3.0
    wire [17:0] v205; assign v205[17:0] = model_inp[1716:1699]; // 3.0
    wire [18:0] v206; shift_adder #(16, 18, 1, 1, 19, -2, 0) op_206 (v204[15:0], v205[17:0], v206[18:0]); // 4.0
    wire [12:0] v207; assign v207[12:0] = model_inp[1729:1717]; // 3.0
    wire [16:0] v208; assign v208[16:0] = model_inp[1746:1730]; // 3.0
    wire [17:0] v209; shift_adder #(13, 17, 1, 1, 18, -4, 0) op_209 (v207[12:0], v208[16:0], v209[17:0]); // 4.0
    wire [17:0] v210; assign v210[17:0] = model_inp[1764:1747]; // 3.0
    wire [11:0] v211; assign v211[11:0] = model_inp[1776:1765]; // 3.0
    wire [17:0] v212; shift_adder #(18, 12, 1, 1, 18, 0, 1) op_212 (v210[17:0], v211[11:0], v212[17:0]); // 4.0
    wire [14:0] v213; assign v213[14:0] = model_inp[1791:1777]; // 3.0
    wire [14:0] v214; shift_adder #(8, 15, 0, 1, 15, -1, 1) op_214 (v89[7:0], v213[14:0], v214[14:0]); // 4.0
    wire [14:0] v215; assign v215[14:0] = model_inp[1806:1792]; // 3.0
    wire [13:0] v216; assign v216[13:0] = model_inp[1820:1807]; // 3.0
    wire [14:0] v217; shift_adder #(15, 14, 1, 1, 15, 0, 0) op_217 (v215[14:0], v216[13:0], v217[14:0]); // 4.0
    wire [7:0] v218; assign v218[7:0] = model_inp[1828:1821]; // 3.0
    wire [15:0] v219; assign v219[15:0] = model_inp[1844:1829]; // 3.0
    wire [15:0] v220; shift_adder #(8, 16, 0, 1, 16, 0, 1) op_220 (v218[7:0], v219[15:0], v220[15:0]); // 4.0
    wire [13:0] v221; assign v221[13:0] = model_inp[1858:1845]; // 3.0
    wire [14:0] v222; assign v222[14:0] = model_inp[1873:1859]; // 3.0
    wire [15:0] v223; shift_adder #(14, 15, 1, 1, 16, 1, 0) op_223 (v221[13:0], v222[14:0], v223[15:0]); // 4.0
    wire [12:0] v224; assign v224[12:0] = model_inp[1886:1874]; // 3.0
    wire [16:0] v225; assign v225[16:0] = model_inp[1903:1887]; // 3.0
    wire [16:0] v226; shift_adder #(13, 17, 1, 1, 17, -3, 0) op_226 (v224[12:0], v225[16:0], v226[16:0]); // 4.0
    wire [15:0] v227; assign v227[15:0] = model_inp[1919:1904]; // 3.0
    wire [16:0] v228; shift_adder #(13, 16, 1, 1, 17, -3, 0) op_228 (v196[12:0], v227[15:0], v228[16:0]); // 4.0
    wire [13:0] v229; assign v229[13:0] = model_inp[1933:1920]; // 3.0
    wire [11:0] v230; assign v230[11:0] = model_inp[1945:1934]; // 3.0
    wire [14:0] v231; shift_adder #(14, 12, 1, 1, 15, 1, 0) op_231 (v229[13:0], v230[11:0], v231[14:0]); // 4.0
    wire [7:0] v232; assign v232[7:0] = model_inp[1953:1946]; // 3.0
    wire [16:0] v233; assign v233[16:0] = model_inp[1970:1954]; // 3.0
    wire [16:0] v234; shift_adder #(8, 17, 0, 1, 17, -3, 1) op_234 (v232[7:0], v233[16:0], v234[16:0]); // 4.0
    wire [10:0] v235; assign v235[10:0] = model_inp[1981:1971]; // 3.0
    wire [13:0] v236; shift_adder #(8, 11, 0, 1, 14, -4, 0) op_236 (v18[7:0], v235[10:0], v236[13:0]); // 4.0
    wire [14:0] v237; assign v237[14:0] = model_inp[1996:1982]; // 3.0
    wire [15:0] v238; shift_adder #(15, 12, 1, 0, 16, 2, 0) op_238 (v237[14:0], v70[11:0], v238[15:0]); // 4.0
    wire [13:0] v239; assign v239[13:0] = model_inp[2010:1997]; // 3.0
    wire [15:0] v240; shift_adder #(14, 14, 1, 0, 16, 1, 1) op_240 (v159[13:0], v239[13:0], v240[15:0]); // 4.0
    wire [15:0] v241; assign v241[15:0] = model_inp[2026:2011]; // 3.0
    wire [16:0] v242; shift_adder #(14, 16, 1, 1, 17, -2, 0) op_242 (v229[13:0], v241[15:0], v242[16:0]); // 4.0
    wire [15:0] v243; assign v243[15:0] = model_inp[2042:2027]; // 3.0
    wire [16:0] v244; shift_adder #(16, 15, 1, 1, 17, 0, 0) op_244 (v243[15:0], v193[14:0], v244[16:0]); // 4.0
    wire [12:0] v245; assign v245[12:0] = model_inp[2055:2043]; // 3.0
    wire [11:0] v246; assign v246[11:0] = model_inp[2067:2056]; // 3.0
    wire [16:0] v247; shift_adder #(13, 12, 1, 1, 17, -4, 1) op_247 (v245[12:0], v246[11:0], v247[16:0]); // 4.0
    wire [16:0] v248; assign v248[16:0] = model_inp[2084:2068]; // 3.0
    wire [13:0] v249; assign v249[13:0] = model_inp[2098:2085]; // 3.0
    wire [17:0] v250; shift_adder #(17, 14, 1, 1, 18, 3, 0) op_250 (v248[16:0], v249[13:0], v250[17:0]); // 4.0
    wire [7:0] v251; assign v251[7:0] = model_inp[2106:2099]; // 3.0
    wire [11:0] v252; assign v252[11:0] = model_inp[2118:2107]; // 3.0
    wire [12:0] v253; shift_adder #(8, 12, 0, 1, 13, -2, 0) op_253 (v251[7:0], v252[11:0], v253[12:0]); // 4.0
    wire [13:0] v254; assign v254[13:0] = model_inp[2132:2119]; // 3.0
    wire [14:0] v255; shift_adder #(13, 14, 1, 1, 15, 0, 0) op_255 (v128[12:0], v254[13:0], v255[14:0]); // 4.0
    wire [13:0] v256; assign v256[13:0] = model_inp[2146:2133]; // 3.0
    wire [11:0] v257; assign v257[11:0] = model_inp[2158:2147]; // 3.0
    wire [14:0] v258; shift_adder #(14, 12, 1, 1, 15, 2, 0) op_258 (v256[13:0], v257[11:0], v258[14:0]); // 4.0
    wire [12:0] v259; assign v259[12:0] = model_inp[2171:2159]; // 3.0
    wire [9:0] v260; assign v260[9:0] = model_inp[2181:2172]; // 3.0
    wire [16:0] v261; shift_adder #(13, 10, 1, 0, 17, 6, 1) op_261 (v259[12:0], v260[9:0], v261[16:0]); // 4.0
    wire [13:0] v262; assign v262[13:0] = model_inp[2195:2182]; // 3.0
    wire [13:0] v263; assign v263[13:0] = model_inp[2209:2196]; // 3.0
    wire [14:0] v264; shift_adder #(14, 14, 1, 1, 15, 1, 0) op_264 (v262[13:0], v263[13:0], v264[14:0]); // 4.0
    wire [16:0] v265; assign v265[16:0] = model_inp[2226:2210]; // 3.0
    wire [17:0] v266; assign v266[17:0] = model_inp[2244:2227]; // 3.0
    wire [17:0] v267; shift_adder #(17, 18, 1, 1, 18, 0, 0) op_267 (v265[16:0], v266[17:0], v267[17:0]); // 4.0
    wire [17:0] v268; assign v268[17:0] = model_inp[2262:2245]; // 3.0
    wire [11:0] v269; assign v269[11:0] = model_inp[2274:2263]; // 3.0
    wire [17:0] v270; shift_adder #(18, 12, 1, 1, 18, 0, 1) op_270 (v268[17:0], v269[11:0], v270[17:0]); // 4.0
    wire [16:0] v271; assign v271[16:0] = model_inp[2291:2275]; // 3.0
    wire [17:0] v272; shift_adder #(12, 17, 1, 1, 18, -5, 0) op_272 (v142[11:0], v271[16:0], v272[17:0]); // 4.0
    wire [14:0] v273; assign v273[14:0] = model_inp[2306:2292]; // 3.0
    wire [16:0] v274; shift_adder #(15, 16, 1, 1, 17, -2, 0) op_274 (v273[14:0], v241[15:0], v274[16:0]); // 4.0
    wire [13:0] v275; assign v275[13:0] = model_inp[2320:2307]; // 3.0
    wire [14:0] v276; shift_adder #(13, 14, 1, 1, 15, -1, 0) op_276 (v181[12:0], v275[13:0], v276[14:0]); // 4.0
    wire [13:0] v277; assign v277[13:0] = model_inp[2334:2321]; // 3.0
    wire [14:0] v278; shift_adder #(14, 12, 1, 1, 15, 1, 0) op_278 (v277[13:0], v269[11:0], v278[14:0]); // 4.0
    wire [13:0] v279; assign v279[13:0] = model_inp[2348:2335]; // 3.0
    wire [12:0] v280; assign v280[12:0] = model_inp[2361:2349]; // 3.0
    wire [13:0] v281; shift_adder #(14, 13, 1, 1, 14, 0, 0) op_281 (v279[13:0], v280[12:0], v281[13:0]); // 4.0
    wire [15:0] v282; assign v282[15:0] = model_inp[2377:2362]; // 3.0
    wire [16:0] v283; shift_adder #(11, 16, 1, 1, 17, -5, 0) op_283 (v33[10:0], v282[15:0], v283[16:0]); // 4.0
    wire [11:0] v284; assign v284[11:0] = model_inp[2389:2378]; // 3.0
    wire [12:0] v285; shift_adder #(12, 12, 1, 1, 13, 0, 0) op_285 (v123[11:0], v284[11:0], v285[12:0]); // 4.0
    wire [12:0] v286; assign v286[12:0] = model_inp[2402:2390]; // 3.0
    wire [12:0] v287; assign v287[12:0] = model_inp[2415:2403]; // 3.0
    wire [16:0] v288; shift_adder #(13, 13, 1, 1, 17, 4, 1) op_288 (v286[12:0], v287[12:0], v288[16:0]); // 4.0
    wire [11:0] v289; assign v289[11:0] = model_inp[2427:2416]; // 3.0
    wire [15:0] v290; assign v290[15:0] = model_inp[2443:2428]; // 3.0
    wire [16:0] v291; shift_adder #(12, 16, 1, 1, 17, -4, 0) op_291 (v289[11:0], v290[15:0], v291[16:0]); // 4.0
    wire [14:0] v292; assign v292[14:0] = model_inp[2458:2444]; // 3.0
    wire [14:0] v293; shift_adder #(13, 15, 1, 1, 15, 0, 0) op_293 (v110[12:0], v292[14:0], v293[14:0]); // 4.0
    wire [12:0] v294; assign v294[12:0] = model_inp[2471:2459]; // 3.0
    wire [12:0] v295; assign v295[12:0] = model_inp[2484:2472]; // 3.0
    wire [15:0] v296; shift_adder #(13, 13, 1, 1, 16, -2, 0) op_296 (v294[12:0], v295[12:0], v296[15:0]); // 4.0
    wire [13:0] v297; assign v297[13:0] = model_inp[2498:2485]; // 3.0
    wire [14:0] v298; shift_adder #(14, 12, 1, 1, 15, 1, 0) op_298 (v297[13:0], v0[11:0], v298[14:0]); // 4.0
    wire [7:0] v299; assign v299[7:0] = model_inp[2506:2499]; // 3.0
    wire [14:0] v300; assign v300[14:0] = model_inp[2521:2507]; // 3.0
    wire [7:0] v301; assign v301[7:0] = model_inp[2529:2522]; // 3.0
    wire [8:0] v302; assign v302[8:0] = model_inp[2538:2530]; // 3.0
    wire [12:0] v303; assign v303[12:0] = model_inp[2551:2539]; // 3.0
    wire [9:0] v304; assign v304[9:0] = model_inp[2561:2552]; // 3.0
    wire [12:0] v305; assign v305[12:0] = model_inp[2574:2562]; // 3.0
    wire [7:0] v306; assign v306[7:0] = model_inp[2582:2575]; // 3.0
    wire [7:0] v307; assign v307[7:0] = model_inp[2590:2583]; // 3.0
    wire [10:0] v308; assign v308[10:0] = model_inp[2601:2591]; // 3.0
    wire [7:0] v309; assign v309[7:0] = model_inp[2609:2602]; // 3.0
    wire [7:0] v310; assign v310[7:0] = model_inp[2617:2610]; // 3.0
    wire [7:0] v311; assign v311[7:0] = model_inp[2625:2618]; // 3.0

    // verilator lint_on UNUSEDSIGNAL

    assign model_out[13:0] = v2[13:0];
    assign model_out[27:14] = v5[13:0];
    assign model_out[40:28] = v8[12:0];
    assign model_out[54:41] = v11[13:0];
    assign model_out[62:55] = v12[7:0];
    assign model_out[74:63] = v14[11:0];
    assign model_out[89:75] = v20[14:0];
    assign model_out[105:90] = v23[15:0];
    assign model_out[122:106] = v26[16:0];
    assign model_out[139:123] = v29[16:0];
    assign model_out[156:140] = v32[16:0];
    assign model_out[169:157] = v35[12:0];
    assign model_out[181:170] = v38[11:0];
    assign model_out[198:182] = v41[16:0];
    assign model_out[213:199] = v44[14:0];
    assign model_out[221:214] = v299[7:0];
    assign model_out[236:222] = v47[14:0];
    assign model_out[249:237] = v50[12:0];
    assign model_out[264:250] = v300[14:0];
    assign model_out[279:265] = v56[14:0];
    assign model_out[293:280] = v59[13:0];
    assign model_out[309:294] = v62[15:0];
    assign model_out[325:310] = v65[15:0];
    assign model_out[339:326] = v68[13:0];
    assign model_out[353:340] = v71[13:0];
    assign model_out[369:354] = v227[15:0];
    assign model_out[383:370] = v73[13:0];
    assign model_out[397:384] = v76[13:0];
    assign model_out[414:398] = v79[16:0];
    assign model_out[432:415] = v82[17:0];
    assign model_out[450:433] = v85[17:0];
    assign model_out[465:451] = v88[14:0];
    assign model_out[480:466] = v91[14:0];
    assign model_out[488:481] = v301[7:0];
    assign model_out[504:489] = v94[15:0];
    assign model_out[518:505] = v99[13:0];
    assign model_out[532:519] = v102[13:0];
    assign model_out[541:533] = v302[8:0];
    assign model_out[555:542] = v104[13:0];
    assign model_out[572:556] = v107[16:0];
    assign model_out[588:573] = v53[15:0];
    assign model_out[603:589] = v109[14:0];
    assign model_out[618:604] = v112[14:0];
    assign model_out[631:619] = v115[12:0];
    assign model_out[644:632] = v303[12:0];
    assign model_out[661:645] = v118[16:0];
    assign model_out[679:662] = v121[17:0];
    assign model_out[689:680] = v304[9:0];
    assign model_out[703:690] = v124[13:0];
    assign model_out[717:704] = v126[13:0];
    assign model_out[731:718] = v129[13:0];
    assign model_out[745:732] = v131[13:0];
    assign model_out[761:746] = v134[15:0];
    assign model_out[776:762] = v137[14:0];
    assign model_out[789:777] = v139[12:0];
    assign model_out[806:790] = v141[16:0];
    assign model_out[823:807] = v144[16:0];
    assign model_out[841:824] = v147[17:0];
    assign model_out[853:842] = v150[11:0];
    assign model_out[867:854] = v152[13:0];
    assign model_out[883:868] = v155[15:0];
    assign model_out[900:884] = v158[16:0];
    assign model_out[915:901] = v161[14:0];
    assign model_out[930:916] = v164[14:0];
    assign model_out[945:931] = v166[14:0];
    assign model_out[958:946] = v169[12:0];
    assign model_out[971:959] = v172[12:0];
    assign model_out[988:972] = v174[16:0];
    assign model_out[1000:989] = v177[11:0];
    assign model_out[1018:1001] = v179[17:0];
    assign model_out[1031:1019] = v182[12:0];
    assign model_out[1048:1032] = v185[16:0];
    assign model_out[1061:1049] = v305[12:0];
    assign model_out[1076:1062] = v187[14:0];
    assign model_out[1090:1077] = v189[13:0];
    assign model_out[1108:1091] = v195[17:0];
    assign model_out[1123:1109] = v197[14:0];
    assign model_out[1131:1124] = v306[7:0];
    assign model_out[1146:1132] = v200[14:0];
    assign model_out[1160:1147] = v203[13:0];
    assign model_out[1178:1161] = v209[17:0];
    assign model_out[1196:1179] = v212[17:0];
    assign model_out[1211:1197] = v214[14:0];
    assign model_out[1226:1212] = v217[14:0];
    assign model_out[1242:1227] = v220[15:0];
    assign model_out[1258:1243] = v223[15:0];
    assign model_out[1275:1259] = v226[16:0];
    assign model_out[1292:1276] = v228[16:0];
    assign model_out[1307:1293] = v231[14:0];
    assign model_out[1315:1308] = v307[7:0];
    assign model_out[1332:1316] = v234[16:0];
    assign model_out[1346:1333] = v236[13:0];
    assign model_out[1362:1347] = v238[15:0];
    assign model_out[1378:1363] = v240[15:0];
    assign model_out[1395:1379] = v242[16:0];
    assign model_out[1408:1396] = v136[12:0];
    assign model_out[1425:1409] = v244[16:0];
    assign model_out[1442:1426] = v247[16:0];
    assign model_out[1460:1443] = v250[17:0];
    assign model_out[1473:1461] = v253[12:0];
    assign model_out[1488:1474] = v255[14:0];
    assign model_out[1503:1489] = v258[14:0];
    assign model_out[1520:1504] = v261[16:0];
    assign model_out[1535:1521] = v264[14:0];
    assign model_out[1553:1536] = v267[17:0];
    assign model_out[1571:1554] = v270[17:0];
    assign model_out[1589:1572] = v272[17:0];
    assign model_out[1606:1590] = v274[16:0];
    assign model_out[1621:1607] = v276[14:0];
    assign model_out[1636:1622] = v278[14:0];
    assign model_out[1650:1637] = v281[13:0];
    assign model_out[1661:1651] = v308[10:0];
    assign model_out[1678:1662] = v283[16:0];
    assign model_out[1691:1679] = v285[12:0];
    assign model_out[1708:1692] = v288[16:0];
    assign model_out[1725:1709] = v291[16:0];
    assign model_out[1740:1726] = v293[14:0];
    assign model_out[1756:1741] = v296[15:0];
    assign model_out[1771:1757] = v298[14:0];
    assign model_out[1789:1772] = v17[17:0];
    assign model_out[1800:1790] = v72[10:0];
    assign model_out[1818:1801] = v97[17:0];
    assign model_out[1826:1819] = v309[7:0];
    assign model_out[1842:1827] = v192[15:0];
    assign model_out[1850:1843] = v310[7:0];
    assign model_out[1869:1851] = v206[18:0];
    assign model_out[1877:1870] = v311[7:0];

endmodule
