"""The ladder: tune the encoder on a bot's own examples, judge every rung, let the best serve if it is better."""
