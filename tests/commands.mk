# SPDX-License-Identifier: Apache-2.0
# The commands that guides print, against Alibaba's metadata: `tests/guide_commands.py FOLDER` in the build folder.
dist_check_SCRIPTS += tests/guide_commands.py tests/stand-ins/aliyun
