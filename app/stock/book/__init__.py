"""The book: facts as they arrive are gathered, settled and saved; all that is derived can be built again."""
