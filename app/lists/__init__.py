"""Lists: what part of one is asked for, the page that shows it, the file that leaves."""
