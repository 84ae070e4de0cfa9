`timescale 1 ns / 1 ps

module dense_stage8 (
    input [345:0] model_inp,
    output [200:0] model_out
);

    // verilator lint_off UNUSEDSIGNAL
    // Explicit quantization operation will drop bits if exists

    wire [17:0] v0; assign v0[17:0] = model_inp[17:0]; // 8.0
    wire [18:0] v1; assign v1[18:0] = model_inp[36:18]; // 8.0
    wire [18:0] v2; shift_adder #(18, 19, 1, 1, 19, 0, 0) op_2 (v0[17:0], v1[18:0], v2[18:0]); // 9.0
    wire [19:0] v3; assign v3[19:0] = model_inp[56:37]; // 8.0
    wire [18:0] v4; assign v4[18:0] = model_inp[75:57]; // 8.0
    wire [19:0] v5; shift_adder #(20, 19, 1, 1, 20, 0, 0) op_5 (v3[19:0], v4[18:0], v5[19:0]); // 9.0
    wire [18:0] v6; assign v6[18:0] = model_inp[94:76]; // 8.0
    wire [18:0] v7; assign v7[18:0] = model_inp[113:95]; // 8.0
    wire [19:0] v8; shift_adder #(19, 19, 1, 1, 20, 0, 0) op_8 (v6[18:0], v7[18:0], v8[19:0]); // 9.0
    wire [18:0] v9; assign v9[18:0] = model_inp[132:114]; // 8.0
    wire [18:0] v10; assign v10[18:0] = model_inp[151:133]; // 8.0
    wire [19:0] v11; shift_adder #(19, 19, 1, 1, 20, 0, 0) op_11 (v9[18:0], v10[18:0], v11[19:0]); // 9.0
    wire [19:0] v12; assign v12[19:0] = model_inp[171:152]; // 8.0
    wire [18:0] v13; assign v13[18:0] = model_inp[190:172]; // 8.0
    wire [20:0] v14; shift_adder #(20, 19, 1, 1, 21, 0, 0) op_14 (v12[19:0], v13[18:0], v14[20:0]); // 9.0
    wire [19:0] v15; assign v15[19:0] = model_inp[210:191]; // 8.0
    wire [19:0] v16; assign v16[19:0] = model_inp[230:211]; // 8.0
    wire [20:0] v17; shift_adder #(20, 20, 1, 1, 21, 0, 0) op_17 (v15[19:0], v16[19:0], v17[20:0]); // 9.0
    wire [18:0] v18; assign v18[18:0] = model_inp[249:231]; // 8.0
    wire [18:0] v19; assign v19[18:0] = model_inp[268:250]; // 8.0
    wire [19:0] v20; shift_adder #(19, 19, 1, 1, 20, 0, 0) op_20 (v18[18:0], v19[18:0], v20[19:0]); // 9.0
    wire [18:0] v21; assign v21[18:0] = model_inp[287:269]; // 8.0
    wire [17:0] v22; assign v22[17:0] = model_inp[305:288]; // 8.0
    wire [19:0] v23; shift_adder #(19, 18, 1, 1, 20, 0, 0) op_23 (v21[18:0], v22[17:0], v23[19:0]); // 9.0
    wire [19:0] v24; assign v24[19:0] = model_inp[325:306]; // 8.0
    wire [19:0] v25; assign v25[19:0] = model_inp[345:326]; // 8.0

    // verilator lint_on UNUSEDSIGNAL

    assign model_out[18:0] = v2[18:0];
    assign model_out[38:19] = v5[19:0];
    assign model_out[58:39] = v11[19:0];
    assign model_out[78:59] = v24[19:0];
    assign model_out[99:79] = v14[20:0];
    assign model_out[120:100] = v17[20:0];
    assign model_out[140:121] = v20[19:0];
    assign model_out[160:141] = v25[19:0];
    assign model_out[180:161] = v8[19:0];
    assign model_out[200:181] = v23[19:0];

endmodule
