"""The report: one HTML file that opens offline and prints on A4, with every picture drawn as vectors inside it."""

from xps_keras.reporting.curves import RegionCurves, region_curves
from xps_keras.reporting.document import Section, html_report, report_file, section_of
from xps_keras.reporting.glance import Glance, glance
from xps_keras.reporting.region_picture import region_svg
from xps_keras.reporting.sample import ReportSample

__all__ = [
    "Glance",
    "RegionCurves",
    "ReportSample",
    "Section",
    "glance",
    "html_report",
    "region_curves",
    "region_svg",
    "report_file",
    "section_of",
]
