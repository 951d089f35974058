"""What the worker's clock starts, and when. What people shall hear of stands before the mails of 8:00."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    # A sweep that waited longer than the next one is due has nothing left to do.
    "sweep-outbox": {
        "task": "kb.search.tasks.sweep",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "send-digests": {
        "task": "kb.portal.tasks.send_digests",
        "schedule": crontab(minute="*/10", hour="8-11"),
        "options": {"expires": 500},
    },
    "send-direct-mails": {
        "task": "kb.portal.tasks.send_direct_mails",
        "schedule": 120.0,
        "options": {"expires": 100},
    },
    "prompt-idle-communities": {
        "task": "kb.portal.tasks.prompt_idle_communities",
        "schedule": crontab(minute="30", hour="7"),
    },
    "tell-rooms": {
        "task": "kb.portal.tasks.tell_rooms",
        "schedule": 180.0,
        "options": {"expires": 150},
    },
    "sweep-imports": {
        "task": "customers.tasks.sweep_imports",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    # Every hour, so that a machine that was off at midnight catches up.
    "reorganise": {
        "task": "kb.portal.tasks.reorganise",
        "schedule": crontab(minute="5"),
    },
    "reconcile-index": {
        "task": "kb.search.tasks.reconcile",
        "schedule": crontab(hour="3", minute="10"),
    },
    "ask-around": {
        "task": "kb.portal.tasks.ask_around",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "carry-on-questions": {
        "task": "kb.portal.tasks.carry_on_questions",
        "schedule": crontab(minute="15"),
    },
    "empty-bin": {
        "task": "kb.portal.tasks.empty_bin",
        "schedule": crontab(hour="2", minute="40"),
    },
    "tell-whom-they-helped": {
        "task": "kb.articles.tasks.tell_whom_they_helped",
        "schedule": crontab(hour="7", minute="40", day_of_week="mon"),
    },
    "read-waiting-files": {
        "task": "kb.files.tasks.read_waiting",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "run-waiting-imports": {
        "task": "kb.articles.tasks.run_waiting_imports",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "ask-reviews": {
        "task": "kb.articles.tasks.ask_reviews",
        "schedule": crontab(hour="7", minute="30"),
    },
    "ask-about-books": {
        "task": "kb.articles.tasks.ask_about_books",
        "schedule": crontab(hour="7", minute="50"),
    },
    "follow-readings": {
        "task": "kb.engagement.tasks.follow_readings",
        "schedule": crontab(hour="7", minute="20"),
    },
}
