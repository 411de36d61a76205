"""What a message may mean: one encoder pass, then cheap functions of its embedding."""
