"""Words that passwords are made of too often: a password that is little more than one of them is refused.

Ours, and small on purpose: the length that is asked for keeps the rest out.
"""

WORDS = """
abcdef access account admin administrator aaaaaa asdf asdfgh asdfghjkl baseball batman changeme charlie
company computer dragon default example football forklift freedom guest hallo hello hunter iloveyou
inventory jordan killer kitchen letmein liverpool login lovely lover manager master michael monkey mustang
office operator orange pallet pass passw passwd password passphrase passwort princess qazwsx qwer qwert
qwerty qwertz qwertyuiop root scanner secret secure shadow sommer start starwars stock storage summer
sunshine superman system tallyman temp temporary test tester testing trustno user viewer warehouse
welcome whatever willkommen winter zxcvbn zxcvbnm january february march april june july august september
october november december monday tuesday wednesday thursday friday saturday sunday spring autumn
"""
COMMON = frozenset(WORDS.split())

ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890", "12345678901234567890")
"""Signs in the order in which lazy fingers find them."""

LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
