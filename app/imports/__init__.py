"""Tables that come in: one machine for all of them; each kind of table is one module in its own area.

A file is uploaded, its columns are mapped to fields, a dry run lists everything that is wrong, a job writes
the rows that are in order and notes what it did, and the whole can be taken back. ``kinds.Kind`` says what
an area tells the machine; ``create_app`` hands the kinds over.
"""
