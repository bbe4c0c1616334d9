"""The compliance report (合规报告): summary by indicator, barometer by city, ledger of what lies behind."""

from tracker.reports.compliance.figures import ComplianceFigures, LedgerLine, Place, TargetLine
from tracker.reports.compliance.report import IDENTIFIER, build_compliance_report

__all__ = ["IDENTIFIER", "ComplianceFigures", "LedgerLine", "Place", "TargetLine", "build_compliance_report"]
