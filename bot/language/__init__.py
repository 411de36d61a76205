"""What words say by themselves, before any model is asked: refusals, short answers, choices, several wishes."""
