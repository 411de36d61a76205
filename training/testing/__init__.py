"""`ripen test`: how well a bot understands, why it errs, what changed, and whether its conversations go as written."""
