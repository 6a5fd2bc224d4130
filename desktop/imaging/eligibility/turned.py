"""Does the head lie as the header says: the face to the front?

Air within the skull tells: nose and sinuses lie in front, mastoid cells at the sides, and behind there is only brain.
Left and right cannot be told: a head that is mirrored from side to side looks like any other.
"""
