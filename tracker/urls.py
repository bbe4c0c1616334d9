"""The pages' addresses."""

from django.urls import path

from tracker.views import home, jobs, mail, mail_preview, past, reports, returns, target, targets, timeliness

urlpatterns = [
    path("", home.home, name="home"),
    path("targets/", targets.targets, name="targets"),
    path("targets/<int:pk>/", target.target, name="target"),
    path("targets/<int:pk>/trend.xlsx", target.target_trend, name="target_trend"),
    path("returns/", returns.returns, name="returns"),
    path("timeliness/", timeliness.timeliness, name="timeliness"),
    path("reports/", reports.reports, name="reports"),
    path("reports/request", reports.report_request, name="report_request"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/file", reports.report_file, name="report_file"),
    path("past/", past.tables, name="past_tables"),
    path("past/send", past.send, name="past_send"),
    path("past/<int:pk>/", past.table, name="past_table"),
    path("past/<int:pk>/check", past.check, name="past_check"),
    path("past/<int:pk>/accept", past.accept, name="past_accept"),
    path("past/<int:pk>/discard", past.discard, name="past_discard"),
    path("past/<int:pk>/problems", past.problems, name="past_problems"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/state", jobs.job_state, name="job_state"),
    path("jobs/<int:pk>/cancel", jobs.job_cancel, name="job_cancel"),
    path("jobs/<int:pk>/again", jobs.job_again, name="job_again"),
    path("mail/", mail.deliveries, name="deliveries"),
    path("mail/preview", mail_preview.preview, name="mail_preview"),
    path("mail/preview/content", mail_preview.preview_content, name="mail_preview_content"),
    path("mail/preview/send", mail_preview.preview_send, name="mail_preview_send"),
    path("mail/<int:pk>/", mail.delivery, name="delivery"),
    path("mail/<int:pk>/content", mail.delivery_content, name="delivery_content"),
    path("mail/<int:pk>/attachments/<int:number>", mail.delivery_attachment, name="delivery_attachment"),
    path("mail/<int:pk>/resend", mail.delivery_resend, name="delivery_resend"),
    path("stop/<slug:key>", mail.mail_stop, name="mail_stop"),
    path("mail/reminders/switch", mail.reminders_switch, name="reminders_switch"),
    path("mail/subscriptions/<int:pk>/send", mail.subscription_send, name="subscription_send"),
    path("mail/subscriptions/<int:pk>/switch", mail.subscription_switch, name="subscription_switch"),
]
