"""What surrounds a turn: each file is one concern, Answer -> Answer."""
