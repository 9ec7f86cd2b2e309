"""urbanplan: plan-as-code for urban planners."""
