"""The trail: what this user of the workstation read, when, with which model, and what was answered. No Qt.

    recorder = Recorder(TrailPlace.here(), tell)        recorder.py: writes, and never fails
    recorder.record(judged(result, By.WINDOW))          acts.py: what there is to record
    trail_file.py: the file, one chained log (desktop/events.py); end_note.py: where it ended, kept elsewhere
    verifying.py: does it hold; exporting.py: as tables for others

Nothing in it names a patient: a series is a digest with the trail's own salt, and no path is in it. What the log of a
project holds (readings, answers and results of its cases) is not written twice.
"""
