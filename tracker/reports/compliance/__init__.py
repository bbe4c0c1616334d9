"""The compliance report (合规报告): summary by indicator, barometer by city, changes, ledger of what lies behind."""

from tracker.reports.compliance.figures import ChangeLine, ComplianceFigures, LedgerLine, Place, TargetLine
from tracker.reports.compliance.report import IDENTIFIER, build_compliance_report

__all__ = [
    "IDENTIFIER",
    "ChangeLine",
    "ComplianceFigures",
    "LedgerLine",
    "Place",
    "TargetLine",
    "build_compliance_report",
]
