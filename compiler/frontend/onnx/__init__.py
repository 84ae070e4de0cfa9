"""Reads ONNX models: their nodes become the ATen operators that the front end knows.

Nothing in a file is run. Nodes are looked up in `TRANSLATIONS`, a function for each operator, which
names the ATen operators that compute the same; from there on an ONNX model is an `AtenGraph` like
any other.
"""
