"""Fits the arbiter's prior that ships with every bundle."""
