`timescale 1 ns / 1 ps

module dense (
    input clk,
    input [511:0] model_inp,
    output reg [205:0] model_out
);

    reg [511:0] stage0_inp;
    reg [2002:0] stage1_inp;
    reg [2883:0] stage2_inp;
    reg [2625:0] stage3_inp;
    reg [1877:0] stage4_inp;
    reg [1297:0] stage5_inp;
    reg [787:0] stage6_inp;
    reg [514:0] stage7_inp;
    reg [345:0] stage8_inp;
    reg [200:0] stage9_inp;
    reg [203:0] stage10_inp;
    wire [2002:0] stage0_out;
    wire [2883:0] stage1_out;
    wire [2625:0] stage2_out;
    wire [1877:0] stage3_out;
    wire [1297:0] stage4_out;
    wire [787:0] stage5_out;
    wire [514:0] stage6_out;
    wire [345:0] stage7_out;
    wire [200:0] stage8_out;
    wire [203:0] stage9_out;
    wire [205:0] stage10_out;

    dense_stage0 stage0 (.model_inp(stage0_inp), .model_out(stage0_out));
    dense_stage1 stage1 (.model_inp(stage1_inp), .model_out(stage1_out));
    dense_stage2 stage2 (.model_inp(stage2_inp), .model_out(stage2_out));
    dense_stage3 stage3 (.model_inp(stage3_inp), .model_out(stage3_out));
    dense_stage4 stage4 (.model_inp(stage4_inp), .model_out(stage4_out));
    dense_stage5 stage5 (.model_inp(stage5_inp), .model_out(stage5_out));
    dense_stage6 stage6 (.model_inp(stage6_inp), .model_out(stage6_out));
    dense_stage7 stage7 (.model_inp(stage7_inp), .model_out(stage7_out));
    dense_stage8 stage8 (.model_inp(stage8_inp), .model_out(stage8_out));
    dense_stage9 stage9 (.model_inp(stage9_inp), .model_out(stage9_out));
    dense_stage10 stage10 (.model_inp(stage10_inp), .model_out(stage10_out));

    always @(posedge clk) begin
        stage0_inp <= model_inp;
        stage1_inp <= stage0_out;
        stage2_inp <= stage1_out;
        stage3_inp <= stage2_out;
        stage4_inp <= stage3_out;
        stage5_inp <= stage4_out;
        stage6_inp <= stage5_out;
        stage7_inp <= stage6_out;
        stage8_inp <= stage7_out;
        stage9_inp <= stage8_out;
        stage10_inp <= stage9_out;
        model_out <= stage10_out;
    end
endmodule
