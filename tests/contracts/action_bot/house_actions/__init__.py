"""The actions that tests/contracts/test_action_runners.py runs in process and on an action server."""
