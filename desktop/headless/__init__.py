"""Reading without a window: one case, or a list of many in processes of their own. No Qt.

one_case.py: series chosen (series_choice.py), loaded, judged, reported
wanted_case.py: one case of a list, by whose marks; case_list.py: from a table; project_list.py: from a project
case_reader.py: the child process that reads one case after the other; crew.py: several of them, watched
case_folders.py: what is on the disk: a folder for each case, and the table of all answers
many_cases.py: the list is worked through
learner.py: the child process that learns a model; learning_apart.py: it is started and watched
pipes.py: what children have in common
"""
