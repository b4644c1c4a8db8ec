"""Thin entry point of the surveillance."""

from celery import shared_task

from droits.actions import surveillance


@shared_task(name="droits.surveiller")
def surveiller() -> dict[str, int]:
    """Write to who must know, once."""
    return surveillance.surveiller()
