"""Ask the worker for something, by name: the tasks call the use cases, so these cannot import them."""

from django.utils.module_loading import import_string


def soon(task: str, argument: str) -> None:
    """Put a task of this room into the queue."""
    import_string(f"mingjing.contexts.media.tasks.{task}").enqueue(argument)
