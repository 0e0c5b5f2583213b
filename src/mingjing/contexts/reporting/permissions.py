"""What may be done in the reporting room."""

from mingjing.contexts.accounts.permissions import declare

declare(
    "reporting",
    report_view="查看报告和通报",
    report_edit="起草、修改报告，登记报送",
    report_sign="签发报告",
    collection_view="查看报送要求和本单位的报送",
    collection_edit="布置报送、审核报送",
    submission_submit="报送材料和数据",
)
