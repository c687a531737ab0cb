"""The report: one HTML file that opens offline and prints on A4, with every picture drawn as vectors inside it."""

from typing import TYPE_CHECKING

from xps_keras.lazy import lazily

if TYPE_CHECKING:
    from xps_keras.reporting.curves import RegionCurves, region_curves
    from xps_keras.reporting.document import Section, html_report, report_file, section_of
    from xps_keras.reporting.region_picture import region_svg
    from xps_keras.reporting.sample import ReportSample
else:
    # Lazily: `analyze` makes a page only where one is asked for.
    __getattr__, __dir__ = lazily(
        __name__,
        {
            "RegionCurves": "xps_keras.reporting.curves",
            "ReportSample": "xps_keras.reporting.sample",
            "Section": "xps_keras.reporting.document",
            "html_report": "xps_keras.reporting.document",
            "region_curves": "xps_keras.reporting.curves",
            "region_svg": "xps_keras.reporting.region_picture",
            "report_file": "xps_keras.reporting.document",
            "section_of": "xps_keras.reporting.document",
        },
    )

__all__ = [
    "RegionCurves",
    "ReportSample",
    "Section",
    "html_report",
    "region_curves",
    "region_svg",
    "report_file",
    "section_of",
]
