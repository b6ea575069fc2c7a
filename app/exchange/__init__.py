"""Door: how phones and desktops speak with the server: hello, push, pull, snapshot, rescue."""
