# SPDX-License-Identifier: Apache-2.0
themesdir = $(pkgdatadir)/themes
dist_themes_DATA = themes/default.theme themes/light.theme themes/high-contrast.theme themes/monochrome.theme
EXTRA_DIST += themes/README.md
