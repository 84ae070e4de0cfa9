`timescale 1 ns / 1 ps

module dense_stage4 (
    input [1877:0] model_inp,
    output [1297:0] model_out
);

    // verilator lint_off UNUSEDSIGNAL
    // Explicit quantization operation will drop bits if exists

    wire [13:0] v0; assign v0[13:0] = model_inp[13:0]; // 4.0
    wire [13:0] v1; assign v1[13:0] = model_inp[27:14]; // 4.0
    wire [14:0] v2; shift_adder #(14, 14, 1, 1, 15, 1, 0) op_2 (v0[13:0], v1[13:0], v2[14:0]); // 5.0
    wire [12:0] v3; assign v3[12:0] = model_inp[40:28]; // 4.0
    wire [13:0] v4; assign v4[13:0] = model_inp[54:41]; // 4.0
    wire [14:0] v5; shift_adder #(13, 14, 1, 1, 15, 0, 0) op_5 (v3[12:0], v4[13:0], v5[14:0]); // 5.0
    wire [7:0] v6; assign v6[7:0] = model_inp[62:55]; // 4.0
    wire [11:0] v7; assign v7[11:0] = model_inp[74:63]; // 4.0
    wire [13:0] v8; shift_adder #(8, 12, 0, 1, 14, -4, 0) op_8 (v6[7:0], v7[11:0], v8[13:0]); // 5.0
    wire [14:0] v9; assign v9[14:0] = model_inp[89:75]; // 4.0
    wire [15:0] v10; assign v10[15:0] = model_inp[105:90]; // 4.0
    wire [16:0] v11; shift_adder #(15, 16, 1, 1, 17, 0, 0) op_11 (v9[14:0], v10[15:0], v11[16:0]); // 5.0
    wire [16:0] v12; assign v12[16:0] = model_inp[122:106]; // 4.0
    wire [16:0] v13; assign v13[16:0] = model_inp[139:123]; // 4.0
    wire [17:0] v14; shift_adder #(17, 17, 1, 1, 18, 0, 0) op_14 (v12[16:0], v13[16:0], v14[17:0]); // 5.0
    wire [16:0] v15; assign v15[16:0] = model_inp[156:140]; // 4.0
    wire [17:0] v16; shift_adder #(14, 17, 1, 1, 18, -3, 0) op_16 (v1[13:0], v15[16:0], v16[17:0]); // 5.0
    wire [12:0] v17; assign v17[12:0] = model_inp[169:157]; // 4.0
    wire [11:0] v18; assign v18[11:0] = model_inp[181:170]; // 4.0
    wire [13:0] v19; shift_adder #(13, 12, 1, 1, 14, 0, 0) op_19 (v17[12:0], v18[11:0], v19[13:0]); // 5.0
    wire [16:0] v20; assign v20[16:0] = model_inp[198:182]; // 4.0
    wire [14:0] v21; assign v21[14:0] = model_inp[213:199]; // 4.0
    wire [16:0] v22; shift_adder #(17, 15, 1, 1, 17, 0, 1) op_22 (v20[16:0], v21[14:0], v22[16:0]); // 5.0
    wire [7:0] v23; assign v23[7:0] = model_inp[221:214]; // 4.0
    wire [14:0] v24; assign v24[14:0] = model_inp[236:222]; // 4.0
    wire [14:0] v25; shift_adder #(8, 15, 0, 1, 15, -3, 0) op_25 (v23[7:0], v24[14:0], v25[14:0]); // 5.0
    wire [12:0] v26; assign v26[12:0] = model_inp[249:237]; // 4.0
    wire [14:0] v27; assign v27[14:0] = model_inp[264:250]; // 4.0
    wire [16:0] v28; shift_adder #(13, 15, 1, 1, 17, 2, 1) op_28 (v26[12:0], v27[14:0], v28[16:0]); // 5.0
    wire [14:0] v29; assign v29[14:0] = model_inp[279:265]; // 4.0
    wire [13:0] v30; assign v30[13:0] = model_inp[293:280]; // 4.0
    wire [15:0] v31; shift_adder #(15, 14, 1, 1, 16, 1, 0) op_31 (v29[14:0], v30[13:0], v31[15:0]); // 5.0
    wire [15:0] v32; assign v32[15:0] = model_inp[309:294]; // 4.0
    wire [15:0] v33; assign v33[15:0] = model_inp[325:310]; // 4.0
    wire [16:0] v34; shift_adder #(16, 16, 1, 1, 17, 0, 0) op_34 (v32[15:0], v33[15:0], v34[16:0]); // 5.0
    wire [13:0] v35; assign v35[13:0] = model_inp[339:326]; // 4.0
    wire [13:0] v36; assign v36[13:0] = model_inp[353:340]; // 4.0
    wire [15:0] v37; shift_adder #(14, 14, 1, 1, 16, -1, 0) op_37 (v35[13:0], v36[13:0], v37[15:0]); // 5.0
    wire [15:0] v38; assign v38[15:0] = model_inp[369:354]; // 4.0
    wire [13:0] v39; assign v39[13:0] = model_inp[383:370]; // 4.0
    wire [16:0] v40; shift_adder #(16, 14, 1, 1, 17, 2, 1) op_40 (v38[15:0], v39[13:0], v40[16:0]); // 5.0
    wire [13:0] v41; assign v41[13:0] = model_inp[397:384]; // 4.0
    wire [16:0] v42; assign v42[16:0] = model_inp[414:398]; // 4.0
    wire [16:0] v43; shift_adder #(14, 17, 1, 1, 17, 0, 0) op_43 (v41[13:0], v42[16:0], v43[16:0]); // 5.0
    wire [17:0] v44; assign v44[17:0] = model_inp[432:415]; // 4.0
    wire [17:0] v45; assign v45[17:0] = model_inp[450:433]; // 4.0
    wire [18:0] v46; shift_adder #(18, 18, 1, 1, 19, 0, 0) op_46 (v44[17:0], v45[17:0], v46[18:0]); // 5.0
    wire [14:0] v47; assign v47[14:0] = model_inp[465:451]; // 4.0
    wire [14:0] v48; assign v48[14:0] = model_inp[480:466]; // 4.0
    wire [16:0] v49; shift_adder #(15, 15, 1, 1, 17, -1, 0) op_49 (v47[14:0], v48[14:0], v49[16:0]); // 5.0
    wire [7:0] v50; assign v50[7:0] = model_inp[488:481]; // 4.0
    wire [15:0] v51; assign v51[15:0] = model_inp[504:489]; // 4.0
    wire [15:0] v52; shift_adder #(8, 16, 0, 1, 16, -2, 1) op_52 (v50[7:0], v51[15:0], v52[15:0]); // 5.0
    wire [13:0] v53; assign v53[13:0] = model_inp[518:505]; // 4.0
    wire [13:0] v54; assign v54[13:0] = model_inp[532:519]; // 4.0
    wire [14:0] v55; shift_adder #(14, 14, 1, 1, 15, 0, 0) op_55 (v53[13:0], v54[13:0], v55[14:0]); // 5.0
    wire [8:0] v56; assign v56[8:0] = model_inp[541:533]; // 4.0
    wire [13:0] v57; assign v57[13:0] = model_inp[555:542]; // 4.0
    wire [13:0] v58; shift_adder #(9, 14, 0, 1, 14, 0, 1) op_58 (v56[8:0], v57[13:0], v58[13:0]); // 5.0
    wire [16:0] v59; assign v59[16:0] = model_inp[572:556]; // 4.0
    wire [15:0] v60; assign v60[15:0] = model_inp[588:573]; // 4.0
    wire [17:0] v61; shift_adder #(17, 16, 1, 1, 18, 0, 0) op_61 (v59[16:0], v60[15:0], v61[17:0]); // 5.0
    wire [14:0] v62; assign v62[14:0] = model_inp[603:589]; // 4.0
    wire [14:0] v63; assign v63[14:0] = model_inp[618:604]; // 4.0
    wire [15:0] v64; shift_adder #(15, 15, 1, 1, 16, 0, 0) op_64 (v62[14:0], v63[14:0], v64[15:0]); // 5.0
    wire [12:0] v65; assign v65[12:0] = model_inp[631:619]; // 4.0
    wire [12:0] v66; assign v66[12:0] = model_inp[644:632]; // 4.0
    wire [16:0] v67; shift_adder #(13, 13, 1, 1, 17, 4, 1) op_67 (v65[12:0], v66[12:0], v67[16:0]); // 5.0
    wire [16:0] v68; assign v68[16:0] = model_inp[661:645]; // 4.0
    wire [17:0] v69; assign v69[17:0] = model_inp[679:662]; // 4.0
    wire [17:0] v70; shift_adder #(17, 18, 1, 1, 18, 0, 0) op_70 (v68[16:0], v69[17:0], v70[17:0]); // 5.0
    wire [9:0] v71; assign v71[9:0] = model_inp[689:680]; // 4.0
    wire [13:0] v72; assign v72[13:0] = model_inp[703:690]; // 4.0
    wire [14:0] v73; shift_adder #(10, 14, 0, 1, 15, -3, 1) op_73 (v71[9:0], v72[13:0], v73[14:0]); // 5.0
    wire [13:0] v74; assign v74[13:0] = model_inp[717:704]; // 4.0
    wire [13:0] v75; assign v75[13:0] = model_inp[731:718]; // 4.0
    wire [14:0] v76; shift_adder #(14, 14, 1, 1, 15, 0, 0) op_76 (v74[13:0], v75[13:0], v76[14:0]); // 5.0
    wire [13:0] v77; assign v77[13:0] = model_inp[745:732]; // 4.0
    wire [14:0] v78; shift_adder #(14, 15, 1, 1, 15, -1, 0) op_78 (v77[13:0], v48[14:0], v78[14:0]); // 5.0
    wire [15:0] v79; assign v79[15:0] = model_inp[761:746]; // 4.0
    wire [14:0] v80; assign v80[14:0] = model_inp[776:762]; // 4.0
    wire [16:0] v81; shift_adder #(16, 15, 0, 1, 17, 1, 0) op_81 (v79[15:0], v80[14:0], v81[16:0]); // 5.0
    wire [12:0] v82; assign v82[12:0] = model_inp[789:777]; // 4.0
    wire [14:0] v83; shift_adder #(14, 13, 1, 1, 15, 0, 0) op_83 (v53[13:0], v82[12:0], v83[14:0]); // 5.0
    wire [16:0] v84; assign v84[16:0] = model_inp[806:790]; // 4.0
    wire [16:0] v85; assign v85[16:0] = model_inp[823:807]; // 4.0
    wire [17:0] v86; shift_adder #(17, 17, 1, 1, 18, 0, 0) op_86 (v84[16:0], v85[16:0], v86[17:0]); // 5.0
    wire [17:0] v87; assign v87[17:0] = model_inp[841:824]; // 4.0
    wire [11:0] v88; assign v88[11:0] = model_inp[853:842]; // 4.0
    wire [17:0] v89; shift_adder #(18, 12, 1, 1, 18, 0, 1) op_89 (v87[17:0], v88[11:0], v89[17:0]); // 5.0
    wire [13:0] v90; assign v90[13:0] = model_inp[867:854]; // 4.0
    wire [15:0] v91; assign v91[15:0] = model_inp[883:868]; // 4.0
    wire [15:0] v92; shift_adder #(14, 16, 1, 1, 16, 0, 0) op_92 (v90[13:0], v91[15:0], v92[15:0]); // 5.0
    wire [16:0] v93; assign v93[16:0] = model_inp[900:884]; // 4.0
    wire [14:0] v94; assign v94[14:0] = model_inp[915:901]; // 4.0
    wire [16:0] v95; shift_adder #(17, 15, 1, 1, 17, 0, 0) op_95 (v93[16:0], v94[14:0], v95[16:0]); // 5.0
    wire [14:0] v96; assign v96[14:0] = model_inp[930:916]; // 4.0
    wire [14:0] v97; assign v97[14:0] = model_inp[945:931]; // 4.0
    wire [15:0] v98; shift_adder #(15, 15, 1, 1, 16, 0, 0) op_98 (v96[14:0], v97[14:0], v98[15:0]); // 5.0
    wire [12:0] v99; assign v99[12:0] = model_inp[958:946]; // 4.0
    wire [12:0] v100; assign v100[12:0] = model_inp[971:959]; // 4.0
    wire [14:0] v101; shift_adder #(13, 13, 1, 1, 15, -1, 0) op_101 (v99[12:0], v100[12:0], v101[14:0]); // 5.0
    wire [16:0] v102; assign v102[16:0] = model_inp[988:972]; // 4.0
    wire [17:0] v103; shift_adder #(17, 14, 1, 1, 18, 3, 0) op_103 (v102[16:0], v35[13:0], v103[17:0]); // 5.0
    wire [11:0] v104; assign v104[11:0] = model_inp[1000:989]; // 4.0
    wire [17:0] v105; assign v105[17:0] = model_inp[1018:1001]; // 4.0
    wire [17:0] v106; shift_adder #(12, 18, 1, 1, 18, -5, 0) op_106 (v104[11:0], v105[17:0], v106[17:0]); // 5.0
    wire [12:0] v107; assign v107[12:0] = model_inp[1031:1019]; // 4.0
    wire [16:0] v108; assign v108[16:0] = model_inp[1048:1032]; // 4.0
    wire [16:0] v109; shift_adder #(13, 17, 1, 1, 17, -3, 0) op_109 (v107[12:0], v108[16:0], v109[16:0]); // 5.0
    wire [12:0] v110; assign v110[12:0] = model_inp[1061:1049]; // 4.0
    wire [17:0] v111; shift_adder #(14, 13, 1, 1, 18, 5, 1) op_111 (v30[13:0], v110[12:0], v111[17:0]); // 5.0
    wire [14:0] v112; assign v112[14:0] = model_inp[1076:1062]; // 4.0
    wire [13:0] v113; assign v113[13:0] = model_inp[1090:1077]; // 4.0
    wire [16:0] v114; shift_adder #(15, 14, 1, 1, 17, 2, 0) op_114 (v112[14:0], v113[13:0], v114[16:0]); // 5.0
    wire [17:0] v115; assign v115[17:0] = model_inp[1108:1091]; // 4.0
    wire [17:0] v116; shift_adder #(18, 13, 1, 1, 18, 0, 1) op_116 (v115[17:0], v3[12:0], v116[17:0]); // 5.0
    wire [14:0] v117; assign v117[14:0] = model_inp[1123:1109]; // 4.0
    wire [15:0] v118; shift_adder #(15, 15, 1, 1, 16, 0, 0) op_118 (v62[14:0], v117[14:0], v118[15:0]); // 5.0
    wire [7:0] v119; assign v119[7:0] = model_inp[1131:1124]; // 4.0
    wire [14:0] v120; assign v120[14:0] = model_inp[1146:1132]; // 4.0
    wire [15:0] v121; shift_adder #(8, 15, 0, 1, 16, -6, 1) op_121 (v119[7:0], v120[14:0], v121[15:0]); // 5.0
    wire [13:0] v122; assign v122[13:0] = model_inp[1160:1147]; // 4.0
    wire [14:0] v123; shift_adder #(14, 14, 1, 1, 15, 0, 0) op_123 (v113[13:0], v122[13:0], v123[14:0]); // 5.0
    wire [17:0] v124; assign v124[17:0] = model_inp[1178:1161]; // 4.0
    wire [17:0] v125; assign v125[17:0] = model_inp[1196:1179]; // 4.0
    wire [18:0] v126; shift_adder #(18, 18, 1, 1, 19, 0, 0) op_126 (v124[17:0], v125[17:0], v126[18:0]); // 5.0
    wire [14:0] v127; assign v127[14:0] = model_inp[1211:1197]; // 4.0
    wire [14:0] v128; assign v128[14:0] = model_inp[1226:1212]; // 4.0
    wire [15:0] v129; shift_adder #(15, 15, 1, 1, 16, -1, 0) op_129 (v127[14:0], v128[14:0], v129[15:0]); // 5.0
    wire [15:0] v130; assign v130[15:0] = model_inp[1242:1227]; // 4.0
    wire [15:0] v131; assign v131[15:0] = model_inp[1258:1243]; // 4.0
    wire [16:0] v132; shift_adder #(16, 16, 1, 1, 17, 0, 0) op_132 (v130[15:0], v131[15:0], v132[16:0]); // 5.0
    wire [16:0] v133; assign v133[16:0] = model_inp[1275:1259]; // 4.0
    wire [17:0] v134; shift_adder #(17, 13, 1, 1, 18, 4, 0) op_134 (v133[16:0], v65[12:0], v134[17:0]); // 5.0
    wire [16:0] v135; assign v135[16:0] = model_inp[1292:1276]; // 4.0
    wire [14:0] v136; assign v136[14:0] = model_inp[1307:1293]; // 4.0
    wire [17:0] v137; shift_adder #(17, 15, 1, 1, 18, 3, 0) op_137 (v135[16:0], v136[14:0], v137[17:0]); // 5.0
    wire [7:0] v138; assign v138[7:0] = model_inp[1315:1308]; // 4.0
    wire [16:0] v139; assign v139[16:0] = model_inp[1332:1316]; // 4.0
    wire [16:0] v140; shift_adder #(8, 17, 0, 1, 17, -1, 1) op_140 (v138[7:0], v139[16:0], v140[16:0]); // 5.0
    wire [13:0] v141; assign v141[13:0] = model_inp[1346:1333]; // 4.0
    wire [15:0] v142; assign v142[15:0] = model_inp[1362:1347]; // 4.0
    wire [15:0] v143; shift_adder #(14, 16, 1, 1, 16, 0, 0) op_143 (v141[13:0], v142[15:0], v143[15:0]); // 5.0
    wire [15:0] v144; assign v144[15:0] = model_inp[1378:1363]; // 4.0
    wire [16:0] v145; assign v145[16:0] = model_inp[1395:1379]; // 4.0
    wire [16:0] v146; shift_adder #(16, 17, 1, 1, 17, 0, 0) op_146 (v144[15:0], v145[16:0], v146[16:0]); // 5.0
    wire [12:0] v147; assign v147[12:0] = model_inp[1408:1396]; // 4.0
    wire [17:0] v148; shift_adder #(13, 13, 1, 1, 18, 4, 1) op_148 (v99[12:0], v147[12:0], v148[17:0]); // 5.0
    wire [16:0] v149; assign v149[16:0] = model_inp[1425:1409]; // 4.0
    wire [16:0] v150; shift_adder #(13, 17, 1, 1, 17, -3, 0) op_150 (v17[12:0], v149[16:0], v150[16:0]); // 5.0
    wire [16:0] v151; assign v151[16:0] = model_inp[1442:1426]; // 4.0
    wire [17:0] v152; assign v152[17:0] = model_inp[1460:1443]; // 4.0
    wire [17:0] v153; shift_adder #(17, 18, 1, 1, 18, 0, 0) op_153 (v151[16:0], v152[17:0], v153[17:0]); // 5.0
    wire [12:0] v154; assign v154[12:0] = model_inp[1473:1461]; // 4.0
    wire [14:0] v155; assign v155[14:0] = model_inp[1488:1474]; // 4.0
    wire [14:0] v156; shift_adder #(13, 15, 1, 1, 15, -1, 0) op_156 (v154[12:0], v155[14:0], v156[14:0]); // 5.0
    wire [14:0] v157; assign v157[14:0] = model_inp[1503:1489]; // 4.0
    wire [15:0] v158; shift_adder #(14, 15, 1, 1, 16, 0, 0) op_158 (v141[13:0], v157[14:0], v158[15:0]); // 5.0
    wire [16:0] v159; assign v159[16:0] = model_inp[1520:1504]; // 4.0
    wire [17:0] v160; shift_adder #(16, 17, 1, 1, 18, -1, 0) op_160 (v130[15:0], v159[16:0], v160[17:0]); // 5.0
    wire [14:0] v161; assign v161[14:0] = model_inp[1535:1521]; // 4.0
    wire [15:0] v162; shift_adder #(15, 12, 1, 1, 16, 3, 0) op_162 (v161[14:0], v88[11:0], v162[15:0]); // 5.0
    wire [17:0] v163; assign v163[17:0] = model_inp[1553:1536]; // 4.0
    wire [17:0] v164; assign v164[17:0] = model_inp[1571:1554]; // 4.0
    wire [17:0] v165; shift_adder #(18, 18, 1, 1, 18, 0, 0) op_165 (v163[17:0], v164[17:0], v165[17:0]); // 5.0
    wire [17:0] v166; assign v166[17:0] = model_inp[1589:1572]; // 4.0
    wire [16:0] v167; assign v167[16:0] = model_inp[1606:1590]; // 4.0
    wire [18:0] v168; shift_adder #(18, 17, 1, 1, 19, 1, 0) op_168 (v166[17:0], v167[16:0], v168[18:0]); // 5.0
    wire [14:0] v169; assign v169[14:0] = model_inp[1621:1607]; // 4.0
    wire [16:0] v170; shift_adder #(12, 15, 1, 1, 17, -4, 0) op_170 (v104[11:0], v169[14:0], v170[16:0]); // 5.0
    wire [14:0] v171; assign v171[14:0] = model_inp[1636:1622]; // 4.0
    wire [13:0] v172; assign v172[13:0] = model_inp[1650:1637]; // 4.0
    wire [15:0] v173; shift_adder #(15, 14, 1, 1, 16, -1, 0) op_173 (v171[14:0], v172[13:0], v173[15:0]); // 5.0
    wire [10:0] v174; assign v174[10:0] = model_inp[1661:1651]; // 4.0
    wire [14:0] v175; shift_adder #(13, 11, 1, 1, 15, 4, 1) op_175 (v100[12:0], v174[10:0], v175[14:0]); // 5.0
    wire [16:0] v176; assign v176[16:0] = model_inp[1678:1662]; // 4.0
    wire [12:0] v177; assign v177[12:0] = model_inp[1691:1679]; // 4.0
    wire [16:0] v178; shift_adder #(17, 13, 1, 1, 17, 0, 1) op_178 (v176[16:0], v177[12:0], v178[16:0]); // 5.0
    wire [16:0] v179; assign v179[16:0] = model_inp[1708:1692]; // 4.0
    wire [16:0] v180; assign v180[16:0] = model_inp[1725:1709]; // 4.0
    wire [17:0] v181; shift_adder #(17, 17, 1, 1, 18, 0, 0) op_181 (v179[16:0], v180[16:0], v181[17:0]); // 5.0
    wire [14:0] v182; assign v182[14:0] = model_inp[1740:1726]; // 4.0
    wire [15:0] v183; shift_adder #(15, 15, 1, 1, 16, 0, 0) op_183 (v182[14:0], v9[14:0], v183[15:0]); // 5.0
    wire [15:0] v184; shift_adder #(15, 13, 1, 1, 16, 1, 0) op_184 (v96[14:0], v107[12:0], v184[15:0]); // 5.0
    wire [15:0] v185; assign v185[15:0] = model_inp[1756:1741]; // 4.0
    wire [14:0] v186; assign v186[14:0] = model_inp[1771:1757]; // 4.0
    wire [15:0] v187; shift_adder #(16, 15, 1, 1, 16, 0, 0) op_187 (v185[15:0], v186[14:0], v187[15:0]); // 5.0
    wire [13:0] v188; shift_adder #(14, 13, 1, 1, 14, 0, 0) op_188 (v77[13:0], v154[12:0], v188[13:0]); // 5.0
    wire [17:0] v189; assign v189[17:0] = model_inp[1789:1772]; // 4.0
    wire [10:0] v190; assign v190[10:0] = model_inp[1800:1790]; // 4.0
    wire [17:0] v191; assign v191[17:0] = model_inp[1818:1801]; // 4.0
    wire [7:0] v192; assign v192[7:0] = model_inp[1826:1819]; // 4.0
    wire [15:0] v193; assign v193[15:0] = model_inp[1842:1827]; // 4.0
    wire [7:0] v194; assign v194[7:0] = model_inp[1850:1843]; // 4.0
    wire [18:0] v195; assign v195[18:0] = model_inp[1869:1851]; // 4.0
    wire [7:0] v196; assign v196[7:0] = model_inp[1877:1870]; // 4.0

    // verilator lint_on UNUSEDSIGNAL

    assign model_out[14:0] = v2[14:0];
    assign model_out[29:15] = v5[14:0];
    assign model_out[43:30] = v8[13:0];
    assign model_out[61:44] = v189[17:0];
    assign model_out[78:62] = v11[16:0];
    assign model_out[96:79] = v14[17:0];
    assign model_out[114:97] = v16[17:0];
    assign model_out[128:115] = v19[13:0];
    assign model_out[145:129] = v22[16:0];
    assign model_out[160:146] = v25[14:0];
    assign model_out[177:161] = v28[16:0];
    assign model_out[193:178] = v60[15:0];
    assign model_out[209:194] = v31[15:0];
    assign model_out[226:210] = v34[16:0];
    assign model_out[237:227] = v190[10:0];
    assign model_out[254:238] = v40[16:0];
    assign model_out[271:255] = v43[16:0];
    assign model_out[290:272] = v46[18:0];
    assign model_out[306:291] = v52[15:0];
    assign model_out[324:307] = v191[17:0];
    assign model_out[339:325] = v55[14:0];
    assign model_out[353:340] = v58[13:0];
    assign model_out[371:354] = v61[17:0];
    assign model_out[387:372] = v64[15:0];
    assign model_out[404:388] = v67[16:0];
    assign model_out[422:405] = v70[17:0];
    assign model_out[430:423] = v192[7:0];
    assign model_out[445:431] = v73[14:0];
    assign model_out[460:446] = v76[14:0];
    assign model_out[475:461] = v78[14:0];
    assign model_out[492:476] = v81[16:0];
    assign model_out[507:493] = v83[14:0];
    assign model_out[525:508] = v86[17:0];
    assign model_out[543:526] = v89[17:0];
    assign model_out[559:544] = v92[15:0];
    assign model_out[575:560] = v98[15:0];
    assign model_out[590:576] = v101[14:0];
    assign model_out[608:591] = v103[17:0];
    assign model_out[626:609] = v106[17:0];
    assign model_out[643:627] = v109[16:0];
    assign model_out[661:644] = v111[17:0];
    assign model_out[678:662] = v114[16:0];
    assign model_out[694:679] = v193[15:0];
    assign model_out[712:695] = v116[17:0];
    assign model_out[728:713] = v118[15:0];
    assign model_out[736:729] = v194[7:0];
    assign model_out[752:737] = v121[15:0];
    assign model_out[767:753] = v123[14:0];
    assign model_out[786:768] = v195[18:0];
    assign model_out[805:787] = v126[18:0];
    assign model_out[821:806] = v129[15:0];
    assign model_out[838:822] = v132[16:0];
    assign model_out[856:839] = v134[17:0];
    assign model_out[864:857] = v196[7:0];
    assign model_out[881:865] = v140[16:0];
    assign model_out[897:882] = v143[15:0];
    assign model_out[914:898] = v146[16:0];
    assign model_out[932:915] = v148[17:0];
    assign model_out[950:933] = v153[17:0];
    assign model_out[965:951] = v156[14:0];
    assign model_out[981:966] = v158[15:0];
    assign model_out[999:982] = v160[17:0];
    assign model_out[1015:1000] = v162[15:0];
    assign model_out[1033:1016] = v165[17:0];
    assign model_out[1052:1034] = v168[18:0];
    assign model_out[1069:1053] = v170[16:0];
    assign model_out[1085:1070] = v173[15:0];
    assign model_out[1100:1086] = v175[14:0];
    assign model_out[1117:1101] = v178[16:0];
    assign model_out[1135:1118] = v181[17:0];
    assign model_out[1151:1136] = v183[15:0];
    assign model_out[1166:1152] = v127[14:0];
    assign model_out[1182:1167] = v187[15:0];
    assign model_out[1196:1183] = v188[13:0];
    assign model_out[1212:1197] = v37[15:0];
    assign model_out[1229:1213] = v49[16:0];
    assign model_out[1246:1230] = v95[16:0];
    assign model_out[1264:1247] = v137[17:0];
    assign model_out[1281:1265] = v150[16:0];
    assign model_out[1297:1282] = v184[15:0];

endmodule
