"""The seeded generator of the illustrative Zhengzhou High-tech Zone."""
