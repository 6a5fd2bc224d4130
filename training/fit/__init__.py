"""From marked images to a final layer on a frozen backbone: the paper's training and a better one."""
