"""The classifier of the risk and the bug model: a soft vote of trees and its calibration."""
