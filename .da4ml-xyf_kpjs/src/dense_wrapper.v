`timescale 1 ns / 1 ps

module dense_wrapper (
   input clk,
    // verilator lint_off UNUSEDSIGNAL
    input [511:0] model_inp,
    // verilator lint_on UNUSEDSIGNAL
    output [219:0] model_out
);
    wire [511:0] packed_inp;
    wire [205:0] packed_out;

    assign packed_inp[511:0] = model_inp[511:0];

    dense op (
        .clk(clk),
        .model_inp(packed_inp),
        .model_out(packed_out)
    );

    assign model_out[19:0] = packed_out[19:0];
    assign model_out[21:20] = {2{packed_out[19]}};
    assign model_out[40:22] = packed_out[38:20];
    assign model_out[43:41] = {3{packed_out[38]}};
    assign model_out[64:44] = packed_out[59:39];
    assign model_out[65:65] = {1{packed_out[59]}};
    assign model_out[85:66] = packed_out[79:60];
    assign model_out[87:86] = {2{packed_out[79]}};
    assign model_out[108:88] = packed_out[100:80];
    assign model_out[109:109] = {1{packed_out[100]}};
    assign model_out[130:110] = packed_out[121:101];
    assign model_out[131:131] = {1{packed_out[121]}};
    assign model_out[174:132] = packed_out[164:122];
    assign model_out[175:175] = {1{packed_out[164]}};
    assign model_out[196:176] = packed_out[185:165];
    assign model_out[197:197] = {1{packed_out[185]}};
    assign model_out[217:198] = packed_out[205:186];
    assign model_out[219:218] = {2{packed_out[205]}};

endmodule
