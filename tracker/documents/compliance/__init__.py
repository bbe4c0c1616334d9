"""The compliance report (目标完成情况报告): where every target stands, what lies behind it, and what it rests on."""

from tracker.documents.compliance.figures import (
    Basis,
    BasisLine,
    ChangeLine,
    ClauseLine,
    ComplianceFigures,
    LedgerLine,
    OtherLine,
    PlaceFigures,
    QualityLine,
    TargetLine,
)
from tracker.documents.compliance.report import IDENTIFIER, build_compliance_report

__all__ = [
    "IDENTIFIER",
    "Basis",
    "BasisLine",
    "ChangeLine",
    "ClauseLine",
    "ComplianceFigures",
    "LedgerLine",
    "OtherLine",
    "PlaceFigures",
    "QualityLine",
    "TargetLine",
    "build_compliance_report",
]
