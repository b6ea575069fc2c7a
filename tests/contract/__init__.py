"""The interface against its own description: whatever is asked, it is answered as the document says."""
