"""What every kind of tuning by torch shares: an encoder that learns, and the losses that it learns by."""
