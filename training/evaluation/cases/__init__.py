"""Case by case: what is evaluated, judged and kept."""
