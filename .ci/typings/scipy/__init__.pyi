# What of scipy is used, nearly without types: it has none of its own, and those inferred from its code cost the checks
# a third of their time in the rooms that use it.
