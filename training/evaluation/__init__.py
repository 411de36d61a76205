"""How good a detector is: public intent sets, metrics, and experiments on them."""
