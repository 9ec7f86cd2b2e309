"""The compiled kernels of siting: arrays in, arrays out."""
