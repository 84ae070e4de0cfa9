`timescale 1 ns / 1 ps

module dense_stage9 (
    input [200:0] model_inp,
    output [203:0] model_out
);

    // verilator lint_off UNUSEDSIGNAL
    // Explicit quantization operation will drop bits if exists

    wire [18:0] v0; assign v0[18:0] = model_inp[18:0]; // 9.0
    wire [19:0] v1; assign v1[19:0] = model_inp[38:19]; // 9.0
    wire [20:0] v2; shift_adder #(19, 20, 1, 1, 21, 0, 0) op_2 (v0[18:0], v1[19:0], v2[20:0]); // 10.0
    wire [19:0] v3; assign v3[19:0] = model_inp[58:39]; // 9.0
    wire [20:0] v4; shift_adder #(19, 20, 1, 1, 21, 0, 0) op_4 (v0[18:0], v3[19:0], v4[20:0]); // 10.0
    wire [19:0] v5; assign v5[19:0] = model_inp[78:59]; // 9.0
    wire [20:0] v6; shift_adder #(20, 19, 1, 1, 21, 0, 1) op_6 (v5[19:0], v0[18:0], v6[20:0]); // 10.0
    wire [20:0] v7; assign v7[20:0] = model_inp[99:79]; // 9.0
    wire [20:0] v8; assign v8[20:0] = model_inp[120:100]; // 9.0
    wire [19:0] v9; assign v9[19:0] = model_inp[140:121]; // 9.0
    wire [19:0] v10; assign v10[19:0] = model_inp[160:141]; // 9.0
    wire [19:0] v11; assign v11[19:0] = model_inp[180:161]; // 9.0
    wire [19:0] v12; assign v12[19:0] = model_inp[200:181]; // 9.0

    // verilator lint_on UNUSEDSIGNAL

    assign model_out[20:0] = v7[20:0];
    assign model_out[41:21] = v4[20:0];
    assign model_out[62:42] = v8[20:0];
    assign model_out[82:63] = v9[19:0];
    assign model_out[102:83] = v10[19:0];
    assign model_out[121:103] = v0[18:0];
    assign model_out[142:122] = v2[20:0];
    assign model_out[162:143] = v11[19:0];
    assign model_out[183:163] = v6[20:0];
    assign model_out[203:184] = v12[19:0];

endmodule
