"""Celery's ways into imports: the work itself, and the sweeper that finds what was left behind."""

from celery import shared_task

from customers.importing import jobs


@shared_task
def run_import(job_id: int) -> None:
    """Check, write or take back an import."""
    jobs.run(job_id)


@shared_task
def sweep_imports() -> None:
    """Begin lost jobs anew and forget files nobody went on with."""
    jobs.forget_old_drafts()
    for job_id in jobs.lost_jobs():
        jobs.run(job_id)
