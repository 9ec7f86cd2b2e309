"""VCT in: the text exchange format of Chinese land surveys (GB/T 17798-2007 and the edition of 1999)."""
