"""The web: REST and Socket.IO as Rasa's clients speak them, the widget, and the page that shows it."""
