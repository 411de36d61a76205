"""rasa-sdk actions, unchanged: in process or behind an action server's URL."""
