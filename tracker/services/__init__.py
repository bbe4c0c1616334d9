"""The verbs: the only place that changes state. One transaction each, with its event in the same one."""
