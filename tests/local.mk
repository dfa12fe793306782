include tests/wire/alibaba.mk
