`timescale 1 ns / 1 ps

module dense_stage10 (
    input [203:0] model_inp,
    output [205:0] model_out
);

    // verilator lint_off UNUSEDSIGNAL
    // Explicit quantization operation will drop bits if exists

    wire [20:0] v0; assign v0[20:0] = model_inp[20:0]; // 10.0
    wire [20:0] v1; assign v1[20:0] = model_inp[41:21]; // 10.0
    wire [20:0] v2; shift_adder #(21, 21, 1, 1, 21, 0, 1) op_2 (v0[20:0], v1[20:0], v2[20:0]); // 11.0
    wire [20:0] v3; assign v3[20:0] = model_inp[62:42]; // 10.0
    wire [21:0] v4; shift_adder #(21, 21, 1, 1, 22, 0, 0) op_4 (v3[20:0], v1[20:0], v4[21:0]); // 11.0
    wire [19:0] v5; assign v5[19:0] = model_inp[82:63]; // 10.0
    wire [20:0] v6; shift_adder #(20, 21, 1, 1, 21, 0, 1) op_6 (v5[19:0], v1[20:0], v6[20:0]); // 11.0
    wire [19:0] v7; assign v7[19:0] = model_inp[102:83]; // 10.0
    wire [18:0] v8; assign v8[18:0] = model_inp[121:103]; // 10.0
    wire [20:0] v9; assign v9[20:0] = model_inp[142:122]; // 10.0
    wire [19:0] v10; assign v10[19:0] = model_inp[162:143]; // 10.0
    wire [20:0] v11; assign v11[20:0] = model_inp[183:163]; // 10.0
    wire [19:0] v12; assign v12[19:0] = model_inp[203:184]; // 10.0

    // verilator lint_on UNUSEDSIGNAL

    assign model_out[19:0] = v7[19:0];
    assign model_out[38:20] = v8[18:0];
    assign model_out[59:39] = v9[20:0];
    assign model_out[79:60] = v10[19:0];
    assign model_out[100:80] = v1[20:0];
    assign model_out[121:101] = v2[20:0];
    assign model_out[143:122] = v4[21:0];
    assign model_out[164:144] = v6[20:0];
    assign model_out[185:165] = v11[20:0];
    assign model_out[205:186] = v12[19:0];

endmodule
